/** Conditions on a network instance that the rules of attaches, detaches and deletions have in common. */
import type { BlockerKind } from './enterprise/enterprise-file.js'
import type { EmulatedCen, World } from './world.js'

interface InstanceCase {
  readonly world: World
  readonly nowMs: number
  readonly child: ReturnType<World['known']>
}

/** True while the part of the instance that has this status is not available. */
export const isPending = (status: string | undefined, { world, nowMs, child }: InstanceCase): boolean =>
  world.statusOf(status, child, nowMs) !== 'Available'

/** True while something of this kind must be removed before the instance can be detached from the CEN. */
export const blockedBy =
  (kind: BlockerKind) =>
  ({ world, nowMs, cen, child }: InstanceCase & { readonly cen: EmulatedCen }): boolean =>
    world.blockers(child.childInstanceId ?? '', cen.cenId, nowMs).some((blocker) => blocker.kind === kind)
