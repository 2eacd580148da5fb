/** Reads a resource back as it is: status, name and tags, which decide whether it may be deleted. */
import { entriesOf, isText, nested, readAnswer } from '../../lib/alibaba/sdk/read-answer.js'
import type { Body } from '../../lib/alibaba/sdk/rpc.js'
import type { Answer } from '../../lib/domain/failure.js'
import type { CallLimits } from '../../lib/reconcile/driver.js'
import type { LabAccount } from '../lab/lab.js'
import { TAG_KEY } from '../lab/resources.js'
import type { CreatedResource } from './state-file.js'

export interface ReadResource {
  readonly id: string
  readonly status: string
  readonly tags: Readonly<Record<string, string>>
}

type Kind = CreatedResource['kind']

interface Reading {
  readonly action: string
  readonly product: 'cbn' | 'vpc'
  /** The parameters that select one resource. */
  readonly byId: (id: string, parentId?: string) => Record<string, string>
  readonly listIn: (body: Body) => unknown
  readonly id: string
}

const PAGE = '50'
const READINGS: Readonly<Record<Kind, Reading>> = {
  cen: {
    action: 'DescribeCens',
    product: 'cbn',
    byId: (id) => ({ 'Filter.1.Key': 'CenId', 'Filter.1.Value.1': id }),
    listIn: ({ Cens }) => nested(Cens, 'Cen'),
    id: 'CenId',
  },
  router: {
    action: 'ListTransitRouters',
    product: 'cbn',
    byId: (id, cenId) => ({ TransitRouterId: id, ...(cenId !== undefined && { CenId: cenId }) }),
    listIn: ({ TransitRouters }) => TransitRouters,
    id: 'TransitRouterId',
  },
  vpc: {
    action: 'DescribeVpcs',
    product: 'vpc',
    byId: (id) => ({ VpcId: id }),
    listIn: ({ Vpcs }) => nested(Vpcs, 'Vpc'),
    id: 'VpcId',
  },
  vswitch: {
    action: 'DescribeVSwitches',
    product: 'vpc',
    byId: (id) => ({ VSwitchId: id }),
    listIn: ({ VSwitches }) => nested(VSwitches, 'VSwitch'),
    id: 'VSwitchId',
  },
}

const read = async (
  account: LabAccount,
  regionId: string,
  kind: Kind,
  query: Record<string, string>,
  limits: CallLimits,
): Promise<Answer<readonly ReadResource[]>> => {
  const { action, product, listIn, id } = READINGS[kind]
  const inRegion = kind === 'cen' ? {} : { RegionId: regionId }
  const answer = await account[product](action, { ...inRegion, ...query, PageSize: PAGE }, limits)
  return readAnswer(answer, (body) =>
    entriesOf(
      listIn(body),
      (entry) =>
        isText(entry[id]) && isText(entry.Status)
          ? { id: entry[id], status: entry.Status, tags: tagsOf(entry.Tags) }
          : undefined,
      Number(PAGE),
    ),
  )
}

/** Tags of CENs and VPCs are nested in `Tag`, those of routers are not. */
function tagsOf(tags: unknown): Record<string, string> {
  const list = Array.isArray(tags) ? tags : nested(tags, 'Tag')
  const known = entriesOf(
    list,
    ({ Key, Value }) => (isText(Key) ? { key: Key, value: String(Value ?? '') } : undefined),
    100,
  )
  return Object.fromEntries((known ?? []).map(({ key, value }) => [key, value]))
}

/** Undefined: there is no such resource. */
export async function readResource(
  account: LabAccount,
  regionId: string,
  { kind, id, parentId }: CreatedResource & { readonly id: string },
  limits: CallLimits,
): Promise<Answer<ReadResource | undefined>> {
  const answer = await read(account, regionId, kind, READINGS[kind].byId(id, parentId), limits)
  return answer.ok ? { ok: true, value: answer.value.find((one) => one.id === id) } : answer
}

/** The resources of a kind that have the tag of the run; routers of one CEN. */
export async function findTagged(
  account: LabAccount,
  regionId: string,
  kind: Kind,
  runId: string,
  limits: CallLimits,
  { parentId }: { readonly parentId?: string } = {},
): Promise<Answer<readonly ReadResource[]>> {
  const filter = {
    'Tag.1.Key': TAG_KEY,
    'Tag.1.Value': runId,
    ...(kind === 'router' && parentId !== undefined && { CenId: parentId }),
    ...(kind === 'vswitch' && parentId !== undefined && { VpcId: parentId }),
  }
  const answer = await read(account, regionId, kind, filter, limits)
  return answer.ok ? { ok: true, value: answer.value.filter(({ tags }) => tags[TAG_KEY] === runId) } : answer
}
