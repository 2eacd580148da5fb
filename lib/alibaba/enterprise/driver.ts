/** The driver of Enterprise Edition transit routers, for VPC and VBR: attach, then route. */
import type { AttachmentDetails } from '../../domain/attachment.js'
import { MINUTE_MS, SECOND_MS } from '../../domain/clock.js'
import type { FailureKind } from '../../domain/error-codes.js'
import { type Answer, type Failure, normalCode } from '../../domain/failure.js'
import { describeFaults } from '../../domain/messages/request.js'
import type { PlannedCall } from '../../domain/messages/result.js'
import type {
  AttachmentState,
  CallLimits,
  Driver,
  DriverRules,
  ObservedStatus,
  Target,
} from '../../reconcile/driver.js'
import { revokeFaults } from '../detach/revoke.js'
import type { FoundAttachment, RouterChildType } from './calls/attachments.js'
import { sendWrite } from './calls/writes.js'
import type { Enterprise } from './enterprise.js'
import { type AttachPlan, refusal, zoneConflict } from './plan.js'
import { previewEnterprise } from './preview.js'
import type { Progress } from './progress.js'
import { NEW_ATTACHMENT } from './routing.js'
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

const STATUSES: Readonly<Record<string, ObservedStatus>> = {
  attached: 'attached',
  attaching: 'attaching',
  detaching: 'detaching',
}

/** A router in these states takes writes; a router that is Modifying refuses those that it cannot take. */
const USABLE: ReadonlySet<string> = new Set(['Active', 'Modifying'])

/** The driver for the router that was read in this pass. */
export function createEnterpriseDriver(type: RouterChildType, router: RouterReading, enterprise: Enterprise): Driver {
  const { apis, progress, routers, routing, plan, teardown, unoptimised } = enterprise
  const readAttachment = enterprise.readAttachment[type]
  const transitRouterId = router.is === 'enterprise' ? router.transitRouterId : undefined
  const details: AttachmentDetails = {
    edition: 'enterprise',
    ...(transitRouterId !== undefined && { transitRouterId }),
  }

  const observe: Driver['observe'] = async (target, limits) => {
    if (router.is === 'none') return ok({ status: 'absent', part: 'router', details })
    if (router.is === 'enterprise' && !USABLE.has(router.status)) return ok({ status: 'preparing', details })
    const known: Progress = limits.alone ? { parts: {} } : progress.of(target)
    const read = known.attachment ? ok(known.attachment) : await readAttachment(target.attachment, limits)
    if (!read.ok) return read
    const found = read.value
    if (!found) return ok({ status: 'absent', details: { ...details, ...teardown.detailsOfGone(target) } })
    const state: AttachmentState = {
      status: STATUSES[found.status.toLowerCase()] ?? 'attaching',
      ...(found.createdAtMs !== undefined && { attachedAtMs: found.createdAtMs }),
      details: detailsOf(found),
    }
    if (state.status !== 'attached') return ok(state)
    if (target.action === 'detach') return teardown.observe(target, found, state, limits)
    const parts = known.attachment || known.createdId === found.id ? known.parts : {}
    progress.set(target, { ...known, attachment: found, parts })
    return observeRouting(target, found, state, limits)
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
      ok({ ...state, status: 'unrouted', part, ...slotOf(part) })
    if (zoneConflict(target.options, found.zoneMappings) !== undefined) return unrouted('zones')
    const resolved = await routing.resolve(target.attachment, target.options, transitRouterId, limits)
    if (!resolved.ok) return resolved
    if (resolved.value.faults.length > 0) return unrouted('request')
    let whole: AttachmentDetails = state.details ?? {}
    for (const part of ROUTING_PARTS) {
      const reading = await readPart(part, target, found, resolved.value.asked, limits)
      if (!reading.ok) return reading
      if (reading.value.is === 'running') return ok({ ...state, status: 'attaching', part, ...slotOf(part) })
      if (reading.value.is !== 'done') return unrouted(reading.value.is === 'missing' ? reading.value.label : part)
      whole = { ...whole, ...reading.value.details }
    }
    // Another request for this network reads it anew.
    progress.forget(target)
    return ok({ ...state, details: whole })
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
    if (known) return ok(known)
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
    return ok(missing)
  }

  const route = async (target: Target, limits: CallLimits): Promise<Answer<unknown>> => {
    const found = progress.of(target).attachment
    // The core routes only what was observed; what was observed may have expired meanwhile.
    if (!found) return unwritten(limits, refusal('IncorrectStatus.Status', 'the attachment must be read again', ROUTE))
    const missing = await nextRouting(target, found, limits)
    if (!missing.ok) return unwritten(limits, missing)
    const [next] = missing.value
    if (!next) return ok({})
    let made = 0
    for (const call of next.calls) {
      const answer = await sendWrite(apis.cbn, target, call, limits)
      if (!answer.ok) {
        // The rest follows when the state was read again.
        if (made > 0 && answer.failure.kind === 'busy') break
        progress.forget(target)
        return answer
      }
      made += 1
    }
    keepPart(target, next.part, undefined)
    if (next.calls.some(({ operation }) => operation.startsWith('Update'))) {
      const { attachment: _, ...rest } = progress.of(target)
      progress.set(target, { ...rest, createdId: found.id })
    }
    return ok({})
  }

  const attach = async (target: Target, limits: CallLimits): Promise<Answer<unknown>> => {
    const takesPair = transitRouterId !== undefined && unoptimised.has(transitRouterId)
    const kept = progress.of(target).plan
    const planned = kept ? ok(kept) : await plan(target, router, limits, { takesPair })
    if (!planned.ok) return unwritten(limits, planned)
    const { calls, zones } = planned.value
    const [first] = calls
    if (!first) return ok({})
    if (zones && !kept && !target.options.zoneMappings) enterprise.chosen(target, zones)
    if (transitRouterId === undefined) {
      const answer = await sendWrite(apis.cbn, target, first, limits)
      routers.forget(routerOf(target))
      // Somebody else created it meanwhile.
      return !answer.ok && isCode(answer.failure, 'InstanceExist.TransitRouterInstance') ? ok({}) : answer
    }
    const created = await create(target, first, planned.value, transitRouterId, limits)
    if (!created.ok) {
      // A creation that was refused for what passes is repeated as it was.
      if (PASSES.has(created.failure.kind)) progress.set(target, { plan: planned.value, parts: {} })
      else progress.forget(target)
      return created
    }
    const id = String(created.value.TransitRouterAttachmentId ?? '')
    progress.set(target, { createdId: id, ...partsOf(planned.value, id) })
    return created
  }

  /** A router that is not optimised refuses other zones than one master and one slave zone; no field says which kind it is. */
  const create = async (
    target: Target,
    call: PlannedCall,
    { masterAndSlave }: AttachPlan,
    routerId: string,
    limits: CallLimits,
  ) => {
    const isNamed = target.options.zoneMappings !== undefined
    const takesOthers = (failure: Failure) =>
      !isNamed && !unoptimised.has(routerId) && isCode(failure, 'IllegalParam.ZoneMappings')
    const refused = (failure: Failure) => takesOthers(failure) || limits.refused?.(failure)
    const answer = await sendWrite(apis.cbn, target, call, { ...limits, refused })
    if (answer.ok || !takesOthers(answer.failure)) return answer
    if (!masterAndSlave) return unwritten(limits, refusal('NoUsableZone', NO_PAIR))
    unoptimised.add(routerId)
    const ZoneMappings = masterAndSlave.map(({ zoneId, vSwitchId }) => ({ ZoneId: zoneId, VSwitchId: vSwitchId }))
    return sendWrite(apis.cbn, target, { ...call, parameters: { ...call.parameters, ZoneMappings } }, limits)
  }

  const { grant, revoke } = enterprise
  return {
    rules: RULES,
    faultsOf: (target) => revokeFaults(target, revoke !== undefined),
    observe,
    attach,
    route,
    detach: teardown.write,
    preview: (target, limits) =>
      target.action === 'detach'
        ? previewTeardown({ type, router, details, enterprise, detailsOf }, target, limits)
        : previewEnterprise(
            {
              type,
              router,
              details,
              enterprise,
              nextRouting: (found) => nextRouting(target, found, limits),
              detailsOf,
            },
            target,
            limits,
          ),
    mendingCall: enterprise.mendingCall,
    ...(grant && { grant: (target: Target, _token: string, limits: CallLimits) => grant(target.attachment, limits) }),
    ...(revoke && { revoke: ({ attachment }: Target, limits: CallLimits) => revoke(attachment, limits) }),
  }
}

/** Assumed: entries of a VPC's route tables are no change of the CEN. */
const slotOf = (part: string): { holdsSlot?: false } => (part.startsWith('routes') ? { holdsSlot: false } : {})
const PASSES: ReadonlySet<FailureKind> = new Set(['busy', 'not-ready', 'throttled', 'unavailable'])

const ROUTE = 'AssociateTransitRouterAttachmentWithRouteTable'
const NO_PAIR =
  'The transit router is not optimised, so it needs one master and one slave zone, and the usable zones have no such pair.'

const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

const isCode = ({ code }: Failure, expected: string): boolean => normalCode(code) === normalCode(expected)

const routerOf = ({ attachment: { cenId, childInstanceRegionId: regionId } }: Target) => ({ cenId, regionId })

/** Nothing was written, so the slot of the CEN is free again; a throttled reading says nothing of the rate of writes. */
function unwritten<T>({ refused }: CallLimits, answer: { ok: false; failure: Failure } | Answer<T>) {
  if (!answer.ok) refused?.({ ...answer.failure, kind: 'rejected' })
  return answer
}

/** What the plan has read also holds for the attachment that it creates. */
function partsOf({ parts }: AttachPlan, id: string): Pick<Progress, 'parts' | 'tableIds'> {
  const readings: Partial<Record<RoutingPart, PartReading>> = {}
  let tableIds: readonly string[] | undefined
  for (const part of ROUTING_PARTS) {
    const reading = parts[part]
    if (reading?.is === 'done') readings[part] = reading
    // Published routes are part of the creation, and read with the attachment.
    if (reading?.is !== 'missing' || reading.calls.some(({ operation }) => operation.startsWith('Update'))) continue
    const calls = reading.calls.map(({ operation, parameters }) => ({
      operation,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, value === NEW_ATTACHMENT ? id : value]),
      ),
    }))
    readings[part] = { ...reading, calls }
    tableIds ??= reading.tableIds
  }
  return { parts: readings, ...(tableIds && { tableIds }) }
}
