/** Reads the vSwitches and route tables of a network: in CEN's account, or in its owner's by the role there. */
import type { Attachment } from '../../domain/attachment.js'
import { type Answer, answered, type Failure, mapAnswer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'
import {
  describeRouteEntryList,
  describeRouteTableList,
  describeVSwitches,
  type ListedVSwitch,
  listGrantVSwitchesToCen,
  type RouteEntry,
} from './calls/networks.js'

/** `unreadable`: why nobody here can read it. */
export type Reading<T> = { readonly value: T } | { readonly unreadable: string }

export interface Networks {
  /** True if the network belongs to another account than the CEN. */
  isForeign(attachment: Attachment): Promise<Answer<boolean>>
  vSwitches(attachment: Attachment, limits: CallLimits): Promise<Answer<Reading<readonly ListedVSwitch[]>>>
  /** The ids of the route tables that serve vSwitches; `every`: also of those that serve gateways. */
  routeTables(
    attachment: Attachment,
    limits: CallLimits,
    options?: { readonly every?: boolean },
  ): Promise<Answer<Reading<readonly string[]>>>
  /** The entries of each table. */
  routeEntries(
    attachment: Attachment,
    tableIds: readonly string[],
    limits: CallLimits,
  ): Promise<Answer<Reading<ReadonlyMap<string, readonly RouteEntry[]>>>>
}

interface NetworksOptions {
  /** Readings, paced. */
  readonly cbn: RpcCall
  readonly vpc: (regionId: string) => RpcCall
  readonly asOwner?: (ownerId: string, regionId: string) => RpcCall
  readonly cenOwnerId: () => Promise<Answer<string>>
}

export function createNetworks({ cbn, vpc, asOwner, cenOwnerId }: NetworksOptions): Networks {
  const isForeign: Networks['isForeign'] = async ({ childInstanceOwnerId: ownerId }) => {
    if (ownerId === undefined) return answered(false)
    return mapAnswer(await cenOwnerId(), (cenOwner) => ownerId !== cenOwner)
  }

  /** Reads in the account of the network. What the owner's role may not read is unreadable, and no failure. */
  const read = async <T>(
    attachment: Attachment,
    call: (vpc: RpcCall) => Promise<Answer<T>>,
  ): Promise<Answer<Reading<T>>> => {
    const { childInstanceOwnerId: ownerId = '', childInstanceRegionId: regionId } = attachment
    const foreign = await isForeign(attachment)
    if (!foreign.ok) return foreign
    if (!foreign.value) return toReading(await call(vpc(regionId)))
    if (!asOwner) return unreadable(`GRANT_ROLE_NAME is not set, so nothing can be read in account ${ownerId}`)
    const answer = await call(asOwner(ownerId, regionId))
    if (!answer.ok && answer.failure.kind === 'unauthorized') return unreadable(whyRefused(ownerId, answer.failure))
    return toReading(answer)
  }

  const idOf = ({ childInstanceId: vpcId, childInstanceRegionId: regionId }: Attachment) => ({ vpcId, regionId })

  return {
    isForeign,
    async vSwitches(attachment, limits) {
      const own = await read(attachment, (vpc) => describeVSwitches(vpc, idOf(attachment), limits))
      if (!own.ok || 'value' in own.value) return own
      const granted = await listGrantVSwitchesToCen(cbn, { ...idOf(attachment), cenId: attachment.cenId }, limits)
      if (granted.ok) return granted.value.length > 0 ? toReading(granted) : own
      const { kind, code } = granted.failure
      if (kind !== 'unauthorized' && kind !== 'rejected' && kind !== 'absent') return granted
      return unreadable(`${own.value.unreadable}; ListGrantVSwitchesToCen answers ${code}`)
    },
    routeTables: (attachment, limits, { every = false } = {}) =>
      read(attachment, async (vpc) => {
        const tables = await describeRouteTableList(vpc, idOf(attachment), limits)
        if (!tables.ok) return tables
        const chosen = tables.value.filter(({ servesVSwitches }) => every || servesVSwitches)
        return answered(chosen.map(({ id }) => id))
      }),
    async routeEntries(attachment, tableIds, limits) {
      const { childInstanceRegionId: regionId } = attachment
      const entries = new Map<string, readonly RouteEntry[]>()
      for (const tableId of tableIds) {
        const table = await read(attachment, (vpc) => describeRouteEntryList(vpc, { tableId, regionId }, limits))
        if (!table.ok) return table
        if ('unreadable' in table.value) return unreadable(table.value.unreadable)
        entries.set(tableId, table.value.value)
      }
      return toReading(answered(entries))
    },
  }
}

const toReading = <T>(answer: Answer<T>): Answer<Reading<T>> => mapAnswer(answer, (value) => ({ value }))

const unreadable = (why: string): Answer<{ unreadable: string }> => answered({ unreadable: why })

const whyRefused = (ownerId: string, { code, message }: Failure): string =>
  `the role in account ${ownerId} cannot be used (${code}: ${message})`
