/** Reads which zones an attachment can take: those of the request checked, or those that are chosen for it. */
import type { Attachment, ZoneMapping } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { HOUR_MS } from '../../domain/clock.js'
import { type Answer, answered, refusal } from '../../domain/failure.js'
import type { FieldFault } from '../../domain/messages/request.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'
import { remembered } from '../sdk/remembered.js'
import type { RpcCall } from '../sdk/rpc.js'
import { listTransitRouterAvailableResource, type RouterZones } from './calls/routers.js'
import type { Networks } from './networks.js'
import { checkNamedZones, chooseZones, masterAndSlave, whyLeftOut, type ZoneChoice } from './zones.js'

export interface PlannedZones {
  readonly choice: ZoneChoice
  /** One master and one slave zone of the choice, for a router that is not optimised. */
  readonly pair?: ZoneChoice
  /** Of the zones that the request names. */
  readonly faults: readonly FieldFault[]
}

export interface ZonePlanner {
  plan(target: Target, limits: CallLimits): Promise<Answer<PlannedZones>>
  /** Why an attachment that exists has no other zones; empty if that cannot be read now. */
  whyLeftOut(attachment: Attachment, mappings: readonly ZoneMapping[], limits: CallLimits): Promise<readonly string[]>
}

/** Vendors add zones rarely. */
const ZONES_VALID_MS = HOUR_MS

/** `cbn`: readings, paced. */
export function createZonePlanner(cbn: RpcCall, networks: Networks, clock: Clock): ZonePlanner {
  const zonesOf = remembered(clock, ZONES_VALID_MS, (regionId, limits) =>
    listTransitRouterAvailableResource(cbn, regionId, limits),
  )

  return {
    async plan({ attachment, options: { zoneMappings: named } }, limits) {
      const { childInstanceRegionId: regionId, childInstanceId } = attachment
      const zones = await zonesOf(regionId, limits)
      if (!zones.ok) return zones
      const read = await networks.vSwitches(attachment, limits)
      if (!read.ok) return read
      if ('unreadable' in read.value) {
        if (named) return asNamed(named)
        return asNamed([], [{ path: 'zoneMappings', message: `is required: ${read.value.unreadable}` }])
      }
      const vSwitches = read.value.value
      if (!named) return usable(chooseZones(zones.value, vSwitches), zones.value, regionId)
      const { faults, unusable, pending } = checkNamedZones(named, zones.value, vSwitches, childInstanceId)
      if (faults.length > 0) return asNamed(named, faults)
      if (unusable.length > 0) return refusal('NoUsableZone', unusable.join(' '))
      return pending === undefined ? asNamed(named) : pendingVSwitch(pending)
    },
    async whyLeftOut(attachment, mappings, limits) {
      const zones = await zonesOf(attachment.childInstanceRegionId, limits)
      const read = zones.ok ? await networks.vSwitches(attachment, limits) : zones
      return zones.ok && read.ok && 'value' in read.value ? whyLeftOut(zones.value, read.value.value, mappings) : []
    },
  }
}

const asNamed = (mappings: readonly ZoneMapping[], faults: readonly FieldFault[] = []): Answer<PlannedZones> =>
  answered({ choice: { mappings, reasons: [] }, faults })

const pendingVSwitch = (vSwitchId: string): Answer<never> =>
  refusal('IncorrectStatus.VpcSwitch', `${vSwitchId} is not Available yet`, 'CreateTransitRouterVpcAttachment')

function usable(choice: ZoneChoice, zones: RouterZones, regionId: string): Answer<PlannedZones> {
  if (choice.pending !== undefined) return pendingVSwitch(choice.pending)
  if (choice.mappings.length === 0)
    return refusal('NoUsableZone', choice.reasons.join(' ') || `Enterprise Edition has no zones in ${regionId}.`)
  const pair = masterAndSlave(zones, choice)
  return answered({ choice, faults: [], ...(pair && { pair }) })
}
