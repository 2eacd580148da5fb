/** Which vSwitches carry the attachment of a VPC: the choice, with the reason for each zone that is left out. Pure. */
import type { ZoneMapping } from '../../domain/attachment.js'
import type { ListedVSwitch } from './calls/networks.js'
import type { RouterZones } from './calls/routers.js'

/** A vSwitch with fewer free addresses is chosen only if no zone has one with as many. */
const COMFORTABLE = 8
/** CreateTransitRouterVpcAttachment takes at most 10 zone mappings. */
const MAX_ZONES = 10

export interface ZoneChoice {
  /** Empty if no zone is usable. */
  readonly mappings: readonly ZoneMapping[]
  /** A sentence for each zone that is left out, and for a choice of one zone. */
  readonly reasons: readonly string[]
  /** A vSwitch that is not yet Available, and that would make a zone usable. */
  readonly pending?: string
}

/**
 * Every zone of the router with an Available vSwitch that has 8 free addresses, else with one; at most 10. In a zone the
 * smallest block is taken, then the fewest free addresses, then the id: small vSwitches are meant for it.
 */
export function chooseZones(
  { available }: Pick<RouterZones, 'available'>,
  vSwitches: readonly ListedVSwitch[],
): ZoneChoice {
  const byZone = new Map<string, ListedVSwitch[]>(available.map((zoneId) => [zoneId, []]))
  const elsewhere = new Set<string>()
  for (const vSwitch of vSwitches) {
    const zone = byZone.get(vSwitch.zoneId)
    if (zone) zone.push(vSwitch)
    else elsewhere.add(vSwitch.zoneId)
  }
  const enough =
    [COMFORTABLE, 1].find((least) => vSwitches.some((one) => byZone.has(one.zoneId) && has(one, least))) ?? 1
  const chosen: ZoneMapping[] = []
  const reasons: string[] = []
  for (const [zoneId, candidates] of byZone) {
    const [best] = candidates.filter((one) => has(one, enough)).sort(bySize)
    if (best === undefined) reasons.push(`${zoneId} is left out: ${whyNot(candidates, enough)}.`)
    else if (chosen.length === MAX_ZONES) reasons.push(`${zoneId} is left out: an attachment takes ${MAX_ZONES} zones.`)
    else chosen.push({ zoneId, vSwitchId: best.id })
  }
  for (const zoneId of elsewhere) reasons.push(`${zoneId} is left out: transit routers do not support it.`)
  if (enough < COMFORTABLE && chosen.length > 0)
    reasons.push(`No zone has a vSwitch with ${COMFORTABLE} free addresses, so fewer are taken.`)
  if (chosen.length === 1 && available.length > 1)
    reasons.push(`Only ${chosen[0]?.zoneId} is usable, so a failure of that zone cuts the attachment.`)
  const pending = chosen.length > 0 ? undefined : vSwitches.find((one) => byZone.has(one.zoneId) && !isAvailable(one))
  return { mappings: chosen, reasons, ...(pending && { pending: pending.id }) }
}

/** One master and one slave zone, for a router that is not optimised; undefined if the choice has no such pair. */
export function masterAndSlave(
  { master, slave }: Pick<RouterZones, 'master' | 'slave'>,
  mappings: readonly ZoneMapping[],
): readonly ZoneMapping[] | undefined {
  for (const first of mappings.filter(({ zoneId }) => master.includes(zoneId)))
    for (const second of mappings.filter(({ zoneId }) => slave.includes(zoneId)))
      if (first.zoneId !== second.zoneId) return [first, second]
  return undefined
}

export interface NamedZones {
  /** Faults of the request: a vSwitch of another VPC or zone. */
  readonly faults: readonly { readonly path: string; readonly message: string }[]
  /** Why it cannot be done now: a zone that is not supported, no free address. */
  readonly unusable: readonly string[]
  /** A named vSwitch that is not yet Available. */
  readonly pending?: string
}

/** Checks the zones that a request names against the VPC's own vSwitches. */
export function checkNamedZones(
  named: readonly ZoneMapping[],
  { available }: Pick<RouterZones, 'available'>,
  vSwitches: readonly ListedVSwitch[],
  vpcId: string,
): NamedZones {
  const faults: { path: string; message: string }[] = []
  const unusable: string[] = []
  let pending: string | undefined
  for (const [index, { zoneId, vSwitchId }] of named.entries()) {
    const path = `zoneMappings[${index}].vSwitchId`
    const vSwitch = vSwitches.find(({ id }) => id === vSwitchId)
    if (!vSwitch) faults.push({ path, message: `${vSwitchId} is no vSwitch of ${vpcId}` })
    else if (vSwitch.zoneId !== zoneId)
      faults.push({ path, message: `${vSwitchId} is in ${vSwitch.zoneId}, not in ${zoneId}` })
    else if (!available.includes(zoneId)) unusable.push(`Transit routers do not support ${zoneId}.`)
    else if (!isAvailable(vSwitch)) pending ??= vSwitchId
    else if (vSwitch.free === 0) unusable.push(`${vSwitchId} has no free address.`)
  }
  return { faults, unusable, ...(pending !== undefined && { pending }) }
}

const isAvailable = ({ status }: ListedVSwitch): boolean => status === 'Available'

/** A vSwitch whose free addresses are not reported counts as having enough. */
const has = (vSwitch: ListedVSwitch, least: number): boolean =>
  isAvailable(vSwitch) && (vSwitch.free ?? COMFORTABLE) >= least

const bySize = (a: ListedVSwitch, b: ListedVSwitch): number =>
  (b.prefix ?? 0) - (a.prefix ?? 0) || (a.free ?? 0) - (b.free ?? 0) || (a.id < b.id ? -1 : 1)

function whyNot(candidates: readonly ListedVSwitch[], enough: number): string {
  if (candidates.length === 0) return 'the VPC has no vSwitch there'
  const ready = candidates.filter(isAvailable)
  if (ready.length === 0) return `${candidates.map(({ id, status }) => `${id} is ${status}`).join(', ')}`
  const most = Math.max(...ready.map(({ free = 0 }) => free))
  return `no vSwitch there has ${enough} free ${enough === 1 ? 'address' : 'addresses'} (at most ${most})`
}
