/** Which vSwitches carry the attachment of a VPC: the choice, with the reason for each zone that is left out. Pure. */
import type { ZoneMapping } from '../../domain/attachment.js'
import type { FieldFault } from '../../domain/messages/request.js'
import { MAX_ZONES } from '../../domain/options/schema.js'
import type { ListedVSwitch } from './calls/networks.js'
import type { RouterZones } from './calls/routers.js'

/** A vSwitch with fewer free addresses is chosen only if no zone has one with as many. */
const COMFORTABLE = 8

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
export function chooseZones(zones: Pick<RouterZones, 'available'>, vSwitches: readonly ListedVSwitch[]): ZoneChoice {
  const { usable, leftOut, enough, pending } = weighZones(zones, vSwitches)
  const [chosen, tooMany] = [usable.slice(0, MAX_ZONES), usable.slice(MAX_ZONES)]
  const reasons = [
    ...leftOut.map(sentenceOf),
    ...tooMany.map(({ zoneId }) => sentenceOf([zoneId, `an attachment takes ${MAX_ZONES} zones`])),
  ]
  if (enough < COMFORTABLE && chosen.length > 0)
    reasons.push(`No zone has a vSwitch with ${COMFORTABLE} free addresses, so fewer are taken.`)
  reasons.push(...ofSingle(zones, chosen))
  return { mappings: chosen, reasons, ...(chosen.length === 0 && pending && { pending: pending.id }) }
}

/** Why an attachment that exists has no other zones, as far as it is to be seen now. */
export function whyLeftOut(
  zones: Pick<RouterZones, 'available'>,
  vSwitches: readonly ListedVSwitch[],
  mappings: readonly ZoneMapping[],
): readonly string[] {
  const { usable, leftOut } = weighZones(zones, vSwitches)
  const isOther = (zoneId: string) => !mappings.some((one) => one.zoneId === zoneId)
  const others = usable.filter(({ zoneId }) => isOther(zoneId))
  return [
    ...leftOut.filter(([zoneId]) => isOther(zoneId)).map(sentenceOf),
    ...others.map(({ zoneId }) => sentenceOf([zoneId, 'the attachment was created without it'])),
    ...(others.length === 0 ? ofSingle(zones, mappings) : []),
  ]
}

type LeftOut = readonly [zoneId: string, why: string]

const sentenceOf = ([zoneId, why]: LeftOut): string => `${zoneId} is left out: ${why}.`

const ofSingle = ({ available }: Pick<RouterZones, 'available'>, mappings: readonly ZoneMapping[]): string[] =>
  mappings.length === 1 && available.length > 1
    ? [`Only ${mappings[0]?.zoneId} is usable, so a failure of that zone cuts the attachment.`]
    : []

/** The best vSwitch of each zone that has one with enough free addresses, and why each other zone has none. */
function weighZones({ available }: Pick<RouterZones, 'available'>, vSwitches: readonly ListedVSwitch[]) {
  const byZone = new Map<string, ListedVSwitch[]>(available.map((zoneId) => [zoneId, []]))
  const elsewhere = new Set<string>()
  for (const vSwitch of vSwitches) {
    const zone = byZone.get(vSwitch.zoneId)
    if (zone) zone.push(vSwitch)
    else elsewhere.add(vSwitch.zoneId)
  }
  const enough =
    [COMFORTABLE, 1].find((least) => vSwitches.some((one) => byZone.has(one.zoneId) && has(one, least))) ?? 1
  const usable: ZoneMapping[] = []
  const leftOut: LeftOut[] = []
  for (const [zoneId, candidates] of byZone) {
    const [best] = candidates.filter((one) => has(one, enough)).sort(bySize)
    if (best === undefined) leftOut.push([zoneId, whyNot(candidates, enough)])
    else usable.push({ zoneId, vSwitchId: best.id })
  }
  for (const zoneId of elsewhere) leftOut.push([zoneId, 'transit routers do not support it'])
  const pending = vSwitches.find((one) => byZone.has(one.zoneId) && !isAvailable(one))
  return { usable, leftOut, enough, pending }
}

/** One master and one slave zone, for a router that is not optimised; undefined if the choice has no such pair. */
export function masterAndSlave(
  { master, slave }: Pick<RouterZones, 'master' | 'slave'>,
  { mappings, reasons }: ZoneChoice,
): ZoneChoice | undefined {
  for (const first of mappings.filter(({ zoneId }) => master.includes(zoneId)))
    for (const second of mappings.filter(({ zoneId }) => slave.includes(zoneId)))
      if (first.zoneId !== second.zoneId) {
        const others = mappings.filter((one) => one !== first && one !== second)
        return {
          mappings: [first, second],
          reasons: [...reasons, ...others.map(({ zoneId }) => sentenceOf([zoneId, TAKES_PAIR]))],
        }
      }
  return undefined
}

const TAKES_PAIR = 'the transit router is not optimised, so it takes one master and one slave zone'

export interface NamedZones {
  /** Faults of the request: a vSwitch of another VPC or zone. */
  readonly faults: readonly FieldFault[]
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
  const faults: FieldFault[] = []
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
