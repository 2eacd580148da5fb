/** The driver of Enterprise Edition transit routers, for VPC and VBR: attach, then route. */
import { isLimitRefusal } from '../../admission/limiter.js'
import type { AttachmentDetails } from '../../domain/attachment.js'
import { MINUTE_MS, SECOND_MS } from '../../domain/clock.js'
import { type Answer, answered, refusal } from '../../domain/failure.js'
import { describeFaults } from '../../domain/messages/request.js'
import type { PlannedCall } from '../../domain/messages/result.js'
import type { AttachmentState, CallLimits, Driver, DriverRules, Target } from '../../reconcile/driver.js'
import { observedStatus, withOwnerChecked } from '../attachment-state.js'
import { revokeFaults } from '../detach/revoke.js'
import { createAttach } from './attach.js'
import type { FoundAttachment, RouterChildType } from './calls/attachments.js'
import { unobserved, unwritten } from './calls/writes.js'
import type { Enterprise } from './enterprise.js'
import { zoneConflict } from './plan.js'
import { previewEnterprise } from './preview.js'
import type { Progress } from './progress.js'
import { type AskedRouting, type PartReading, ROUTING_PARTS, type RoutingPart } from './routing-parts.js'
import { previewTeardown } from './teardown/preview.js'
import type { RouterReading } from './transit-routers.js'

const RULES: DriverRules = {
  edition: 'enterprise',
  // Assumed as on Basic Edition: an accepted write is visible in the List answers after this.
  invisibleMs: 20_000,
  // What a repeated CreateTransitRouterVpcAttachment answers is documented nowhere, so the state is read before it.
  readsFirst: true,
  timePrecisionMs: SECOND_MS,
  durations: { vary: true, longestMs: 15 * MINUTE_MS },
}

/** A router in these states takes writes; a router that is Modifying refuses those that it cannot take. */
const USABLE: ReadonlySet<string> = new Set(['Active', 'Modifying'])

/** The driver for the router that was read in this pass. */
export function createEnterpriseDriver(type: RouterChildType, router: RouterReading, enterprise: Enterprise): Driver {
  const { progress, routing, teardown } = enterprise
  const readAttachment = enterprise.readAttachment[type]
  const transitRouterId = router.is === 'enterprise' ? router.transitRouterId : undefined
  const details: AttachmentDetails = {
    edition: 'enterprise',
    ...(transitRouterId !== undefined && { transitRouterId }),
  }

  const observe: Driver['observe'] = async (target, limits) => {
    if (router.is === 'none') return answered({ status: 'absent', part: 'router', details })
    if (router.is === 'enterprise' && !USABLE.has(router.status))
      return answered({ status: 'preparing', details, holdsSlot: false })
    const known: Progress = limits.alone ? { parts: {} } : progress.of(target)
    const read = known.attachment ? answered(known.attachment) : await readAttachment(target.attachment, limits)
    if (!read.ok) return read
    const found = read.value
    if (!found) return answered({ status: 'absent', details: { ...details, ...teardown.detailsOfGone(target) } })
    const state: AttachmentState = {
      status: observedStatus(found.status),
      ...(found.createdAtMs !== undefined && { attachedAtMs: found.createdAtMs }),
      details: detailsOf(found),
      ...(found.ownerId !== undefined && { ownerId: found.ownerId }),
    }
    const checked = await withOwnerChecked(state, target.attachment, limits, enterprise.calls.cenOwnerId)
    if (!checked.ok || checked.value.isForeign || state.status !== 'attached') return checked
    if (target.action === 'detach') return teardown.observe(target, found, state, limits)
    const isSame = known.attachment !== undefined || known.createdId === found.id
    progress.set(target, { ...(isSame && known), attachment: found, parts: isSame ? known.parts : {} })
    const reasons = progress.of(target).zoneReasons ?? []
    return observeRouting(target, found, { ...state, details: { ...state.details, ...asReasons(reasons) } }, limits)
  }

  const detailsOf = (found: FoundAttachment): AttachmentDetails => ({
    ...details,
    ...(found.transitRouterId !== undefined && { transitRouterId: found.transitRouterId }),
    transitRouterAttachmentId: found.id,
    ...(type === 'VPC' && { zoneMappings: found.zoneMappings }),
  })

  /** Reads the parts in order, up to the first that is not as asked. */
  const observeRouting = async (
    target: Target,
    found: FoundAttachment,
    state: AttachmentState,
    limits: CallLimits,
  ): Promise<Answer<AttachmentState>> => {
    const unrouted = (part: string): Answer<AttachmentState> =>
      answered({ ...state, status: 'unrouted', part, ...slotOf(part) })
    if (zoneConflict(target.options, found.zoneMappings) !== undefined) return unrouted('zones')
    const resolved = await routing.resolve(target.attachment, target.options, transitRouterId, limits)
    if (!resolved.ok) return resolved
    if (resolved.value.faults.length > 0) return unrouted('request')
    let whole: AttachmentDetails = state.details ?? {}
    for (const part of ROUTING_PARTS) {
      const reading = await readPart(part, target, found, resolved.value.asked, limits)
      if (!reading.ok) return reading
      if (reading.value.is === 'running') return answered({ ...state, status: 'attaching', part, ...slotOf(part) })
      if (reading.value.is !== 'done') return unrouted(reading.value.is === 'missing' ? reading.value.label : part)
      whole = { ...whole, ...reading.value.details }
    }
    const reasons = whole.reasons ?? (await otherZones(target, found, limits))
    // Another request for this network reads it anew.
    progress.forget(target)
    return answered({ ...state, details: { ...whole, ...asReasons(reasons) } })
  }

  /** Why zones were left out: read again, if another process chose them. Nobody chose those of an adopted attachment. */
  const otherZones = async (target: Target, found: FoundAttachment, limits: CallLimits): Promise<readonly string[]> => {
    const { attachment, options, sentAtMs } = target
    const isOlder = found.createdAtMs !== undefined && found.createdAtMs + RULES.timePrecisionMs <= sentAtMs
    const isChosen = type === 'VPC' && !options.zoneMappings && !isOlder
    return isChosen && !progress.of(target).zoneReasons
      ? enterprise.zonePlanner.whyLeftOut(attachment, found.zoneMappings, limits)
      : []
  }

  /** What was read of a part for this message holds until the part is written. */
  const readPart = async (
    part: RoutingPart,
    target: Target,
    found: FoundAttachment,
    asked: AskedRouting,
    limits: CallLimits,
  ): Promise<Answer<PartReading>> => {
    const { parts, tableIds } = progress.of(target)
    const known = parts[part]
    if (known) return answered(known)
    const subject = { attachment: target.attachment, found, asked, ...(tableIds && { tableIds }) }
    const reading = await routing.read(part, subject, limits)
    if (reading.ok && reading.value.is !== 'running') keepPart(target, part, reading.value)
    return reading
  }

  const keepPart = (target: Target, part: RoutingPart, reading: PartReading | undefined) => {
    const known = progress.of(target)
    const { [part]: _, ...others } = known.parts
    const tableIds = reading?.is === 'missing' ? reading.tableIds : undefined
    const parts = { ...others, ...(reading && { [part]: reading }) }
    progress.set(target, { ...known, parts, ...(tableIds && { tableIds }) })
  }

  /** The first missing part, once no part is there in another way. */
  const nextRouting = async (
    target: Target,
    found: FoundAttachment,
    limits: CallLimits,
  ): Promise<Answer<{ part: RoutingPart; calls: readonly PlannedCall[] }[]>> => {
    const resolved = await routing.resolve(target.attachment, target.options, transitRouterId, limits)
    if (!resolved.ok) return resolved
    const faults = [...resolved.value.faults]
    const conflicts = [zoneConflict(target.options, found.zoneMappings)].flatMap((one) => one ?? [])
    const missing: { part: RoutingPart; calls: readonly PlannedCall[] }[] = []
    for (const part of ROUTING_PARTS) {
      const reading = await readPart(part, target, found, resolved.value.asked, limits)
      if (!reading.ok) return reading
      if (reading.value.is === 'invalid') faults.push(...reading.value.faults)
      if (reading.value.is === 'conflict') conflicts.push(...reading.value.sentences)
      if (reading.value.is === 'missing') missing.push({ part, calls: reading.value.calls })
    }
    if (faults.length > 0) return refusal('RequestInvalid', describeFaults(faults))
    if (conflicts.length > 0) return refusal('RoutingConflict', conflicts.join('; '))
    return answered(missing)
  }

  /** Why zones were left out holds for the attachment, whatever its routing is now. */
  const readAgain = (target: Target, createdId: string) => {
    const { zoneReasons } = progress.of(target)
    progress.set(target, { createdId, ...(zoneReasons && { zoneReasons }), parts: {} })
  }

  const route = async (target: Target, limits: CallLimits): Promise<Answer<unknown>> => {
    const found = progress.of(target).attachment
    if (!found) return unobserved(limits, ASSOCIATE)
    const missing = await nextRouting(target, found, limits)
    if (!missing.ok) return unwritten(limits, missing)
    const [next] = missing.value
    if (!next) return answered({})
    let made = 0
    for (const call of next.calls) {
      const answer = await enterprise.send(target, call, limits)
      if (!answer.ok) {
        // The rest follows when the state was read again.
        if (made > 0 && answer.failure.kind === 'busy') break
        // A call that a limit refused changed nothing, so what was read still holds.
        if (made > 0 || !isLimitRefusal(answer.failure)) readAgain(target, found.id)
        return answer
      }
      made += 1
    }
    keepPart(target, next.part, undefined)
    if (next.calls.some(({ operation }) => operation.startsWith('Update'))) {
      const { attachment: _, ...rest } = progress.of(target)
      progress.set(target, { ...rest, createdId: found.id })
    }
    return answered({})
  }

  const { grant, revoke } = enterprise
  const previewContext = { type, router, details, enterprise, detailsOf }
  return {
    rules: RULES,
    faultsOf: (target) => revokeFaults(target, revoke !== undefined),
    observe,
    attach: createAttach(router, enterprise),
    route,
    detach: teardown.write,
    preview: (target, limits) =>
      target.action === 'detach'
        ? previewTeardown(previewContext, target, limits)
        : previewEnterprise({ ...previewContext, nextRouting }, target, limits),
    mendingCall: enterprise.mendingCall,
    ...(grant && { grant: (target: Target, _token: string, limits: CallLimits) => grant(target.attachment, limits) }),
    ...(revoke && { revoke: ({ attachment }: Target, limits: CallLimits) => revoke(attachment, limits) }),
  }
}

/** Assumed: entries of a VPC's route tables are no change of the CEN. */
const slotOf = (part: string): { holdsSlot?: false } => (part.startsWith('routes') ? { holdsSlot: false } : {})

const ASSOCIATE = 'AssociateTransitRouterAttachmentWithRouteTable'

const asReasons = (reasons: readonly string[]): Pick<AttachmentDetails, 'reasons'> =>
  reasons.length > 0 ? { reasons } : {}
