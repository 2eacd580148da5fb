/** The verdict of a dry run on Enterprise Edition, with the calls that would be made; from readings and a dry run of the API. */
import type { AttachmentDetails } from '../../domain/attachment.js'
import { ASSUMED_CODES } from '../../domain/codes/enterprise.js'
import { type Answer, answered, type Failure, failureOf, mapAnswer, normalCode } from '../../domain/failure.js'
import { describeGrant } from '../../domain/grant-call.js'
import type { PlannedCall, Verdict } from '../../domain/messages/result.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'
import { reasonsOf, unreadableVerdict } from '../verdict.js'
import { ACTIONS_OF, type FoundAttachment, type RouterChildType } from './calls/attachments.js'
import { toQuery } from './calls/writes.js'
import type { Enterprise } from './enterprise.js'
import type { RoutingPart } from './routing-parts.js'
import type { PreviewContext } from './teardown/preview.js'

interface AttachPreviewContext extends PreviewContext {
  readonly nextRouting: (
    target: Target,
    found: FoundAttachment,
    limits: CallLimits,
  ) => Promise<Answer<readonly { readonly part: RoutingPart; readonly calls: readonly PlannedCall[] }[]>>
}

export async function previewEnterprise(
  { type, router, details, enterprise, nextRouting, detailsOf }: AttachPreviewContext,
  target: Target,
  limits: CallLimits,
): Promise<Answer<Verdict>> {
  const { attachment, options } = target
  const { cenId, childInstanceId, childInstanceRegionId: regionId, childInstanceOwnerId: ownerId } = attachment

  const exists = await enterprise.calls.cenExists(cenId, limits)
  if (!exists.ok) return refused(exists.failure, 'the CEN', details)
  if (!exists.value) return verdict('refuse', details, [`${cenId} is not among the CENs that the worker can see.`])

  const found = router.is === 'none' ? undefined : await enterprise.readAttachment[type](attachment, limits)
  if (found && !found.ok) return refused(found.failure, 'the attachment', details)
  if (found?.value) {
    const missing = await nextRouting(target, found.value, limits)
    if (!missing.ok) return refused(missing.failure, 'how it is routed', detailsOf(found.value))
    const parts = missing.value.map(({ part }) => part).join(', ')
    const reason = `${childInstanceId} is attached to ${cenId}, and not routed as asked: ${parts} missing.`
    const plan = missing.value.flatMap(({ calls }) => calls)
    return verdict('attach', detailsOf(found.value), [reason], { plan })
  }

  const granted = await grantStatus(enterprise, target, limits)
  if (!granted.ok) return refused(granted.failure, 'the grant', details)
  const isMissing = granted.value === 'missing'
  const takesPair = router.is === 'enterprise' && enterprise.unoptimised.has(router.transitRouterId)
  const planned = await enterprise.plan(target, router, limits, { ignoresGrant: true, takesPair })
  const missingGrant = isMissing ? await enterprise.mendingCall(target, NOT_GRANTED(type)) : undefined
  const notGranted = `Account ${ownerId} has not granted ${cenId}, as far as the CEN can see.`
  if (!planned.ok) {
    // Before the grant little can be read of another account's network.
    if (isMissing && !enterprise.grant) return waitForGrant([notGranted], missingGrant?.call, details)
    return refused(planned.failure, 'the network', details)
  }
  const { zones, calls } = planned.value
  const mappings = options.zoneMappings ?? zones?.mappings
  const whole = { ...details, ...(mappings && { zoneMappings: mappings }) }
  const more = { plan: calls }
  const reasons = [
    ...(router.is === 'none'
      ? [`${cenId} has no transit router in ${regionId}; an Enterprise one would be created.`]
      : []),
    ...(zones?.reasons ?? []),
  ]
  if (isMissing && !enterprise.grant) return waitForGrant([notGranted, ...reasons], missingGrant?.call, whole, more)
  if (isMissing)
    return verdict(
      'attach',
      whole,
      [notGranted, 'The worker would grant for it, by its role in that account.', ...reasons],
      missingGrant
        ? { plan: [{ operation: missingGrant.call.operation, parameters: missingGrant.call.parameters }, ...calls] }
        : more,
    )
  const [first] = calls
  const failure = first && (await dryRun(enterprise, first, limits))
  const mending = failure && (await enterprise.mendingCall(target, failure))
  if (failure?.kind === 'unauthorized' && mending)
    return waitForGrant([...reasonsOf(failure), ...reasons], mending.call, whole, more)
  if (failure && (failure.kind === 'unauthorized' || failure.kind === 'rejected'))
    return verdict('refuse', whole, [...reasonsOf(failure), ...reasons], more)
  const why =
    ownerId === undefined
      ? `${childInstanceId} is not attached to ${cenId}, and needs no grant.`
      : `${childInstanceId} is not attached to ${cenId}; account ${ownerId} has granted it, or owns both.`
  const busy = failure ? [`The first call would be refused now, and repeated: ${failure.code}.`] : []
  return verdict('attach', whole, [why, ...busy, ...reasons], more)
}

/** Whether a network of another account is granted. */
async function grantStatus(
  { calls }: Enterprise,
  { attachment }: Target,
  limits: CallLimits,
): Promise<Answer<'granted' | 'missing'>> {
  const { childInstanceOwnerId: ownerId } = attachment
  if (ownerId === undefined) return answered('granted')
  const cenOwner = await calls.cenOwnerId()
  if (!cenOwner.ok) return cenOwner
  if (ownerId === cenOwner.value) return answered('granted')
  const granted = await calls.isGranted(attachment, limits)
  return mapAnswer(granted, (isGranted) => (isGranted ? 'granted' : 'missing'))
}

/** Undefined if the call would pass. A dry run that passes answers `DryRunOperation`, or a RequestId. */
async function dryRun({ apis }: Enterprise, call: PlannedCall, limits: CallLimits): Promise<Failure | undefined> {
  const { refused: _, ...rest } = limits
  const answer = await apis.cbn(call.operation, { ...toQuery(call), DryRun: 'true' }, rest)
  return answer.ok || normalCode(answer.failure.code) === normalCode('DryRunOperation') ? undefined : answer.failure
}

const NOT_GRANTED = (type: RouterChildType): Failure =>
  failureOf({ code: ASSUMED_CODES.notGranted, action: ACTIONS_OF[type].create })

const verdict = (
  would: Verdict['would'],
  details: AttachmentDetails,
  reasons: readonly string[],
  more: Pick<Verdict, 'plan' | 'grant'> = {},
): Answer<Verdict> => answered({ would, reasons, details, ...more })

const waitForGrant = (
  reasons: readonly string[],
  grant: Verdict['grant'],
  details: AttachmentDetails,
  more: Pick<Verdict, 'plan'> = {},
): Answer<Verdict> =>
  verdict('wait-for-grant', details, [...reasons, ...(grant ? [describeGrant(grant)] : [])], {
    ...more,
    ...(grant && { grant }),
  })

/** A final refusal answers the dry run; what can be repeated fails it. */
function refused(failure: Failure, what: string, details: AttachmentDetails): Answer<Verdict> {
  if (failure.code === 'RoutingConflict' || failure.code === 'NoUsableZone' || failure.code === 'RequestInvalid')
    return verdict('refuse', details, reasonsOf(failure))
  return unreadableVerdict(failure, what, details)
}
