/** The rules by which a call is refused, and the conditions that those of attaches, detaches and deletions have in common. */
import { ApiError } from '../api-error.js'
import type { BlockerKind } from './enterprise/enterprise-file.js'
import type { EmulatedCen, World } from './world.js'

export interface RefusalRule<Case> {
  readonly code: string
  /** The HTTP status, if it is not that of the error table. */
  readonly http?: number
  readonly when: (call: Case) => boolean
}

/** Throws an ApiError with the code of the first rule that applies. */
export function refuseBy<Case>(rules: readonly RefusalRule<Case>[], call: Case): void {
  const rule = rules.find(({ when }) => when(call))
  if (rule) throw new ApiError(rule.code, { http: rule.http })
}

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
