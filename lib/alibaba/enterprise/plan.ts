/** What attaching a network needs: its zones, and the calls in order. Everything is read before the first write. */
import type { AttachmentOptions, ZoneMapping } from '../../domain/attachment.js'
import { ASSUMED_CODES } from '../../domain/codes/enterprise.js'
import { type Answer, answered, refusal } from '../../domain/failure.js'
import { describeFaults, type FieldFault } from '../../domain/messages/request.js'
import type { PlannedCall } from '../../domain/messages/result.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'
import type { BasicCalls } from '../basic/calls.js'
import { ACTIONS_OF, type RouterChildType, routerTypeOf } from './calls/attachments.js'
import type { Networks } from './networks.js'
import { NEW_ATTACHMENT, NEW_ROUTER, type Routing } from './routing.js'
import { type PartReading, ROUTING_PARTS, type RoutingPart } from './routing-parts.js'
import type { RouterReading } from './transit-routers.js'
import type { ZonePlanner } from './zone-planner.js'
import type { ZoneChoice } from './zones.js'

export interface AttachPlan {
  /** In order; the first is the next write. */
  readonly calls: readonly PlannedCall[]
  /** Of the creation; absent for a VBR. */
  readonly zones?: ZoneChoice
  /** True: its zones are one master and one slave zone, for a router that is not optimised. */
  readonly isPair?: boolean
  /** The same plan as a pair; absent if it is one, or if there is none. */
  readonly asPair?: AttachPlan
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
  readonly networks: Networks
  readonly routing: Routing
  readonly calls: Pick<BasicCalls, 'isGranted'>
  readonly zonePlanner: ZonePlanner
}

export function createPlanner({ networks, routing, calls, zonePlanner }: PlannerOptions): PlanAttach {
  return async (target, router, limits, { ignoresGrant = false, takesPair = false } = {}) => {
    const { attachment, options } = target
    const type = routerTypeOf(attachment)
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
    const zones = type === 'VPC' ? await zonePlanner.plan(target, limits) : undefined
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
    // Published routes are a parameter of the creation.
    const later = publishesRoutes
      ? [parts.association, parts.propagation]
      : [parts.association, parts.propagation, parts.routes]
    const planWith = (choice: ZoneChoice | undefined): AttachPlan => ({
      calls: [
        ...(transitRouterId === undefined ? [routerCall(target)] : []),
        createCall(type, target, transitRouterId, { mappings: choice?.mappings, publishesRoutes }),
        ...later.flatMap((one) => (one?.is === 'missing' ? one.calls : [])),
      ],
      parts,
      ...(choice && { zones: choice }),
    })
    const asPair = zones?.value.pair && { ...planWith(zones.value.pair), isPair: true }
    if (asPair && takesPair) return answered(asPair)
    return answered({ ...planWith(zones?.value.choice), ...(asPair && { asPair }) })
  }
}

const faultsOf = (reading: PartReading): readonly FieldFault[] => (reading.is === 'invalid' ? reading.faults : [])

const routerCall = ({ attachment: { cenId, childInstanceRegionId } }: Target): PlannedCall => ({
  operation: 'CreateTransitRouter',
  parameters: { CenId: cenId, RegionId: childInstanceRegionId },
})

/** The owner of the network is named only if it is another account. */
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
