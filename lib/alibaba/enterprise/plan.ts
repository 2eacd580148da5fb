/** What attaching a network needs: its zones, and the calls in order. Everything is read before the first write. */
import type { AttachmentOptions, ZoneMapping } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { HOUR_MS } from '../../domain/clock.js'
import { ASSUMED_CODES } from '../../domain/codes/enterprise.js'
import { type Answer, failureOf } from '../../domain/failure.js'
import { describeFaults, type FieldFault } from '../../domain/messages/request.js'
import type { PlannedCall } from '../../domain/messages/result.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'
import type { BasicCalls } from '../basic/calls.js'
import { remembered } from '../sdk/remembered.js'
import type { RpcCall } from '../sdk/rpc.js'
import { ACTIONS_OF, type RouterChildType } from './calls/attachments.js'
import { listTransitRouterAvailableResource, type RouterZones } from './calls/routers.js'
import type { Networks } from './networks.js'
import { NEW_ATTACHMENT, NEW_ROUTER, type Routing } from './routing.js'
import { type PartReading, ROUTING_PARTS, type RoutingPart } from './routing-parts.js'
import type { RouterReading } from './transit-routers.js'
import { checkNamedZones, chooseZones, masterAndSlave, type ZoneChoice } from './zones.js'

export interface AttachPlan {
  /** In order; the first is the next write. */
  readonly calls: readonly PlannedCall[]
  /** Absent for a VBR. */
  readonly zones?: ZoneChoice
  /** One master and one slave zone of the choice, for a router that is not optimised. */
  readonly masterAndSlave?: readonly ZoneMapping[]
  readonly parts: Readonly<Partial<Record<RoutingPart, PartReading>>>
}

export interface PlanOptions {
  /** True: a missing grant is no failure. */
  readonly ignoresGrant?: boolean
  /** True: the router is known to be not optimised. */
  readonly takesPair?: boolean
}

export type PlanAttach = (
  target: Target,
  router: RouterReading,
  limits: CallLimits,
  options?: PlanOptions,
) => Promise<Answer<AttachPlan>>

interface PlannerOptions {
  /** Readings, paced. */
  readonly cbn: RpcCall
  readonly networks: Networks
  readonly routing: Routing
  readonly calls: Pick<BasicCalls, 'isGranted'>
  readonly clock: Clock
}

/** Vendors add zones rarely. */
const ZONES_VALID_MS = HOUR_MS

export function createPlanner({ cbn, networks, routing, calls, clock }: PlannerOptions): PlanAttach {
  const zonesOf = remembered(clock, ZONES_VALID_MS, (regionId, limits) =>
    listTransitRouterAvailableResource(cbn, regionId, limits),
  )

  /** The zones of a VPC, or the faults of those that the request names. */
  const planZones = async (
    { attachment, options }: Target,
    limits: CallLimits,
  ): Promise<Answer<{ choice: ZoneChoice; pair?: readonly ZoneMapping[]; faults: readonly FieldFault[] }>> => {
    const { childInstanceRegionId: regionId, childInstanceId } = attachment
    const zones = await zonesOf(regionId, limits)
    if (!zones.ok) return zones
    const read = await networks.vSwitches(attachment, limits)
    if (!read.ok) return read
    const { zoneMappings: named } = options
    if ('unreadable' in read.value) {
      if (named) return { ok: true, value: { choice: { mappings: named, reasons: [] }, faults: [] } }
      const fault = { path: 'zoneMappings', message: `is required: ${read.value.unreadable}` }
      return { ok: true, value: { choice: { mappings: [], reasons: [] }, faults: [fault] } }
    }
    const vSwitches = read.value.value
    if (!named) return usable(chooseZones(zones.value, vSwitches), zones.value, regionId)
    const { faults, unusable, pending } = checkNamedZones(named, zones.value, vSwitches, childInstanceId)
    if (faults.length > 0) return { ok: true, value: { choice: { mappings: named, reasons: [] }, faults } }
    if (unusable.length > 0) return refusal('NoUsableZone', unusable.join(' '))
    if (pending !== undefined) return pendingVSwitch(pending)
    return { ok: true, value: { choice: { mappings: named, reasons: [] }, faults: [] } }
  }

  return async (target, router, limits, { ignoresGrant = false, takesPair = false } = {}) => {
    const { attachment, options } = target
    const type = attachment.childInstanceType === 'VBR' ? 'VBR' : 'VPC'
    const foreign = await networks.isForeign(attachment)
    if (!foreign.ok) return foreign
    if (foreign.value && !ignoresGrant) {
      const granted = await calls.isGranted(attachment, limits)
      if (!granted.ok) return granted
      if (!granted.value) return refusal(ASSUMED_CODES.notGranted, undefined, ACTIONS_OF[type].create)
    }
    const transitRouterId = router.is === 'enterprise' ? router.transitRouterId : undefined
    const resolved = await routing.resolve(attachment, options, transitRouterId, limits)
    if (!resolved.ok) return resolved
    const { asked } = resolved.value
    const zones = type === 'VPC' ? await planZones(target, limits) : undefined
    if (zones && !zones.ok) return zones
    const publishesRoutes = asked.routes === 'published'
    const found = { id: NEW_ATTACHMENT, publishesRoutes: false }
    const parts: Partial<Record<RoutingPart, PartReading>> = {}
    for (const part of ROUTING_PARTS) {
      const reading = await routing.read(part, { attachment, found, asked }, limits)
      if (!reading.ok) return reading
      parts[part] = reading.value
    }
    const readings = Object.values(parts)
    const faults = [...resolved.value.faults, ...(zones?.value.faults ?? []), ...readings.flatMap(faultsOf)]
    if (faults.length > 0) return refusal('RequestInvalid', describeFaults(faults))
    const conflicts = readings.flatMap((one) => (one.is === 'conflict' ? one.sentences : []))
    if (conflicts.length > 0) return refusal('RoutingConflict', conflicts.join('; '))
    const pair = zones?.value.pair
    const mappings = takesPair && pair && !options.zoneMappings ? pair : zones?.value.choice.mappings
    const create = createCall(type, target, transitRouterId, { mappings, publishesRoutes })
    // Published routes are a parameter of the creation.
    const later = publishesRoutes
      ? [parts.association, parts.propagation]
      : [parts.association, parts.propagation, parts.routes]
    const plan = [
      ...(transitRouterId === undefined ? [routerCall(target)] : []),
      create,
      ...later.flatMap((one) => (one?.is === 'missing' ? one.calls : [])),
    ]
    return {
      ok: true,
      value: { calls: plan, parts, ...(zones && { zones: zones.value.choice }), ...(pair && { masterAndSlave: pair }) },
    }
  }
}

const faultsOf = (reading: PartReading): readonly FieldFault[] => (reading.is === 'invalid' ? reading.faults : [])

export const refusal = (code: string, message?: string, action?: string): Answer<never> => ({
  ok: false,
  failure: failureOf({ code, message, action }),
})

const pendingVSwitch = (vSwitchId: string): Answer<never> =>
  refusal('IncorrectStatus.VpcSwitch', `${vSwitchId} is not Available yet`, 'CreateTransitRouterVpcAttachment')

function usable(
  choice: ZoneChoice,
  zones: RouterZones,
  regionId: string,
): Answer<{ choice: ZoneChoice; pair?: readonly ZoneMapping[]; faults: readonly FieldFault[] }> {
  if (choice.pending !== undefined) return pendingVSwitch(choice.pending)
  if (choice.mappings.length === 0)
    return refusal('NoUsableZone', choice.reasons.join(' ') || `Enterprise Edition has no zones in ${regionId}.`)
  const pair = masterAndSlave(zones, choice.mappings)
  return { ok: true, value: { choice, faults: [], ...(pair && { pair }) } }
}

const routerCall = ({ attachment: { cenId, childInstanceRegionId } }: Target): PlannedCall => ({
  operation: 'CreateTransitRouter',
  parameters: { CenId: cenId, RegionId: childInstanceRegionId },
})

/** Who owns the network is said only if it is another account. */
function createCall(
  type: RouterChildType,
  { attachment }: Target,
  TransitRouterId: string = NEW_ROUTER,
  { mappings = [], publishesRoutes }: { mappings?: readonly ZoneMapping[] | undefined; publishesRoutes: boolean },
): PlannedCall {
  const { cenId, childInstanceId, childInstanceRegionId, childInstanceOwnerId: owner } = attachment
  const names = ACTIONS_OF[type]
  const ZoneMappings = mappings.map(({ zoneId, vSwitchId }) => ({ ZoneId: zoneId, VSwitchId: vSwitchId }))
  return {
    operation: names.create,
    parameters: {
      CenId: cenId,
      RegionId: childInstanceRegionId,
      TransitRouterId,
      [names.id]: childInstanceId,
      ...(owner !== undefined && { [names.owner]: owner }),
      ...(ZoneMappings.length > 0 && { ZoneMappings }),
      ...(publishesRoutes && { AutoPublishRouteEnabled: true }),
    },
  }
}

/** Zones that a request gives, and the attachment has others. */
export const zoneConflict = (
  { zoneMappings: asked }: AttachmentOptions,
  there: readonly ZoneMapping[],
): string | undefined => {
  if (!asked) return undefined
  const text = (mappings: readonly ZoneMapping[]) =>
    mappings
      .map(({ zoneId, vSwitchId }) => `${zoneId}=${vSwitchId}`)
      .sort()
      .join(' ')
  return text(asked) === text(there) ? undefined : `it is attached in ${text(there)}, not in ${text(asked)}`
}
