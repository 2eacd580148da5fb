/** The blockers of attachments, as the actions that list them find them. */
import type { BlockerKind } from '../../../world/enterprise/enterprise-file.js'
import type { EmulatedAttachment } from '../../../world/enterprise/router-records.js'
import type { ActionContext, EmulatedCall } from '../../action.js'
import { ownCenOf } from '../../transit-routers.js'

interface Place {
  readonly cenId?: string | undefined
  readonly routerId?: string | undefined
  readonly attachmentId?: string | undefined
}

/** The blockers of a kind on the caller's attachments; at least one of the three narrows the search. */
export function blockedAttachments(
  call: EmulatedCall,
  context: ActionContext,
  kind: BlockerKind,
  { cenId, routerId, attachmentId }: Place,
): { attachment: EmulatedAttachment; id: string }[] {
  const { world, nowMs } = context
  const { attachments } = world.enterprise.records
  const named = attachmentId === undefined ? undefined : attachments.find(attachmentId, nowMs)
  const found = named
    ? [named]
    : routerId !== undefined
      ? attachments.by('router', routerId, nowMs)
      : cenId !== undefined
        ? attachments.by('cen', cenId, nowMs)
        : attachments.all(nowMs)
  return found
    .filter((one) => attachmentId === undefined || one.id === attachmentId)
    .filter((one) => (cenId ?? one.cenId) === one.cenId && (routerId ?? one.routerId) === one.routerId)
    .filter((one) => ownCenOf(one.cenId, call, context))
    .flatMap((attachment) =>
      world
        .blockers(attachment.childInstanceId, attachment.cenId, nowMs)
        .filter((blocker) => blocker.kind === kind)
        .map(({ id }) => ({ attachment, id })),
    )
}

/** The instances of a CEN with a blocker of a kind, of both editions. */
export function blockedInstances(
  { world, nowMs }: ActionContext,
  kind: BlockerKind,
  cenId: string,
): { childInstanceId: string; regionId: string | undefined; id: string }[] {
  const ofRouters = world.enterprise.records.attachments.by('cen', cenId, nowMs)
  return [...world.recordsOf(cenId, nowMs), ...ofRouters].flatMap(({ childInstanceId }) =>
    world
      .blockers(childInstanceId, cenId, nowMs)
      .filter((blocker) => blocker.kind === kind)
      .map(({ id }) => ({ childInstanceId, regionId: world.known(childInstanceId).regionId, id })),
  )
}
