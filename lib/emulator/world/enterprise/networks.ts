/** The vSwitches and route tables of the networks; a network without declared ones gets defaults. */
import type { ChildInstanceType } from '../../../domain/attachment.js'
import type { WorldFile } from '../world-file.js'

/** A child instance whose type, region and owner are known. */
export type KnownChild = Omit<WorldFile['childInstances'][number], 'vSwitches'> & {
  readonly vSwitches?: readonly DeclaredVSwitch[] | undefined
  readonly type: ChildInstanceType
  readonly regionId: string
  readonly ownerId: string
  /** What CreateVpc was given. */
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
}

type DeclaredVSwitch = NonNullable<WorldFile['childInstances'][number]['vSwitches']>[number] & {
  /** What CreateVSwitch was given. */
  readonly name?: string
}
type DeclaredTable = NonNullable<WorldFile['childInstances'][number]['routeTables']>[number]

export interface EmulatedVSwitch extends DeclaredVSwitch {
  readonly zoneId: string
  readonly cidrBlock: string
  /** Without what attachments take. */
  readonly availableIpAddressCount: number
  readonly routeTableId: string
}

export interface EmulatedRouteTable extends Omit<DeclaredTable, 'vSwitchIds'> {
  readonly type: 'System' | 'Custom'
  readonly associateType: 'VSwitch' | 'Gateway'
  readonly vSwitchIds: readonly string[]
}

export interface Network {
  readonly vSwitches: readonly EmulatedVSwitch[]
  readonly routeTables: readonly EmulatedRouteTable[]
}

/** The free addresses of an unused /24: 256 without the four that the cloud keeps. */
const FREE_ADDRESSES = 252

/** `zones`: the zones of the network's region, in which default vSwitches are. */
export function buildNetwork(child: KnownChild, zones: readonly string[]): Network {
  const name = child.childInstanceId.slice(4)
  const systemId = child.routeTables?.find(({ type }) => type === 'System')?.routeTableId ?? `vtb-${name}`
  const customOf = (vSwitchId: string) =>
    child.routeTables?.find(({ vSwitchIds = [] }) => vSwitchIds.includes(vSwitchId))?.routeTableId
  const declared = child.type === 'VPC' ? (child.vSwitches ?? defaultVSwitches(name, zones)) : []
  const vSwitches = declared.map((vSwitch, index) => ({
    ...vSwitch,
    zoneId: vSwitch.zoneId ?? zones[index % zones.length] ?? `${child.regionId}-a`,
    cidrBlock: vSwitch.cidrBlock ?? `172.16.${index}.0/24`,
    availableIpAddressCount: vSwitch.availableIpAddressCount ?? FREE_ADDRESSES,
    routeTableId: customOf(vSwitch.vSwitchId) ?? systemId,
  }))
  const tables: readonly DeclaredTable[] = child.routeTables ?? []
  const hasSystem = tables.some(({ type }) => type === 'System')
  const system: DeclaredTable[] = hasSystem ? [] : [{ routeTableId: systemId, type: 'System' }]
  const routeTables = [...system, ...tables].map((table) => ({
    ...table,
    type: table.type ?? 'Custom',
    associateType: table.associateType ?? 'VSwitch',
    vSwitchIds: vSwitches
      .filter(({ routeTableId }) => routeTableId === table.routeTableId)
      .map(({ vSwitchId }) => vSwitchId),
  }))
  return { vSwitches, routeTables }
}

const defaultVSwitches = (name: string, zones: readonly string[]): DeclaredVSwitch[] =>
  zones.slice(0, 3).map((zoneId) => ({ vSwitchId: `vsw-${name}-${zoneId.slice(-1)}`, zoneId }))
