/** Deletes what a run made, and nothing else: ids of the state file or of its tag, each read back with the tag before it is deleted. */
import { describeCenAttachedChildInstances, detachCenChildInstance } from '../../lib/alibaba/basic/cbn.js'
import { type FoundAttachment, listAttachments } from '../../lib/alibaba/enterprise/calls/attachments.js'
import { describeRouteEntryList, describeRouteTableList } from '../../lib/alibaba/enterprise/calls/networks.js'
import { findTransitRouter } from '../../lib/alibaba/enterprise/calls/routers.js'
import { listAssociations, listPropagations } from '../../lib/alibaba/enterprise/calls/routing.js'
import type { Clock } from '../../lib/domain/clock.js'
import type { Answer } from '../../lib/domain/failure.js'
import type { CallLimits } from '../../lib/reconcile/driver.js'
import { type LabAccount, LONGEST_WAIT_MS } from '../lab/lab.js'
import { type AccountName, TAG_KEY } from '../lab/resources.js'
import { findTagged, readResource } from './read-resource.js'
import type { CreatedResource, StateFile } from './state-file.js'

export interface Cleaning {
  readonly accounts: Readonly<Partial<Record<AccountName, LabAccount>>>
  readonly created: StateFile
  readonly clock: Clock
  /** Reports each step. */
  readonly report: (text: string) => void
}

type Found = CreatedResource & { readonly id: string }

/** How long a refused call is repeated, in milliseconds. */
const LONGEST_MS = 15 * 60_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
const CALL_MS = 30_000
/** Answers that a thing is not there. */
const GONE = /NotFound|ParameterInstanceId|ParameterCenInstanceId/i
/** Answers that no repetition changes. */
const FINAL = new Set(['unauthorized', 'credentials'])

/** Sentences on what is left; empty: everything is gone. Never rejects. */
export async function clean(cleaning: Cleaning): Promise<string[]> {
  const { created, accounts } = cleaning
  const left: string[] = []
  const step = async (what: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      left.push(`${what}: ${(error as Error).message}`)
    }
  }
  await findLost(cleaning, left)
  const open = created.state.resources.filter((one): one is Found => one.id !== undefined && one.deleted !== true)
  const ofKind = (kind: CreatedResource['kind']) => open.filter((one) => one.kind === kind)
  const accountOf = (name: string): LabAccount => {
    const account = accounts[name as AccountName]
    if (account === undefined) throw new Error(`the keys of the account "${name}" were not given`)
    return account
  }
  const vpcs: Found[] = []
  for (const one of ofKind('vpc'))
    await step(`${one.name} ${one.id}`, async () => {
      if (await isOurs(cleaning, accountOf(one.account), one)) vpcs.push(one)
    })
  for (const cen of ofKind('cen'))
    await step(`${cen.name} ${cen.id}`, async () => {
      const own = accountOf(cen.account)
      if (!(await isOurs(cleaning, own, cen))) return
      await emptyCen(cleaning, own, cen, vpcs)
      for (const { name } of ofKind('router').filter(({ parentId }) => parentId === cen.id)) created.deleted(name)
      await remove(cleaning, cen, () => own.cbn('DeleteCen', { CenId: cen.id }, limits(cleaning)))
    })
  for (const vSwitch of ofKind('vswitch'))
    await step(`${vSwitch.name} ${vSwitch.id}`, async () => {
      const { vpc } = accountOf(vSwitch.account)
      if (!(await isOurs(cleaning, accountOf(vSwitch.account), vSwitch))) return
      const query = { RegionId: created.state.regionId, VSwitchId: vSwitch.id }
      await remove(cleaning, vSwitch, () => vpc('DeleteVSwitch', query, limits(cleaning)))
    })
  for (const one of vpcs)
    await step(`${one.name} ${one.id}`, async () => {
      const query = { RegionId: created.state.regionId, VpcId: one.id }
      await remove(cleaning, one, () => accountOf(one.account).vpc('DeleteVpc', query, limits(cleaning)))
    })
  return left
}

const limits = ({ clock }: Pick<Cleaning, 'clock'>): CallLimits => ({ deadlineMs: clock.now() + CALL_MS })

/** A creation whose answer was lost is found by its tag, a vSwitch also in its VPC. */
async function findLost(cleaning: Cleaning, left: string[]): Promise<void> {
  const { created, accounts } = cleaning
  const { regionId, runId, resources } = created.state
  const known = new Set(resources.flatMap(({ id }) => id ?? []))
  for (const { name, kind, account, parentId } of resources.filter(({ id }) => id === undefined)) {
    const caller = accounts[account as AccountName]
    const where = parentId === undefined ? {} : { parentId }
    const found = caller && (await findTagged(caller, regionId, kind, runId, limits(cleaning), where))
    if (!found?.ok) {
      left.push(`${name}: it may exist, and could not be searched for: ${found ? found.failure.code : 'no keys'}`)
      continue
    }
    const lost = found.value.find(({ id }) => !known.has(id))
    if (lost === undefined) created.deleted(name)
    else {
      known.add(lost.id)
      created.found(name, lost.id)
    }
  }
}

/** True if it is there and has the run's tag; a resource without the tag is left alone, with an error. */
async function isOurs(cleaning: Cleaning, account: LabAccount, resource: Found): Promise<boolean> {
  const { created } = cleaning
  const { regionId, runId } = created.state
  const read = await persist(cleaning, () => readResource(account, regionId, resource, limits(cleaning)))
  if (read === undefined) {
    created.deleted(resource.name)
    return false
  }
  if (read.tags[TAG_KEY] === runId) return true
  throw new Error(`it does not have the tag ${TAG_KEY}=${runId}, so it is left alone`)
}

/** Repeats a call until it is answered; rejects with the code after the longest time, or if no repetition can help. */
async function persist<T>(cleaning: Cleaning, call: () => Promise<Answer<T>>): Promise<T | undefined> {
  const { clock } = cleaning
  const endsAtMs = clock.now() + LONGEST_MS
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const answer = await call()
    if (answer.ok) return answer.value
    const { code, kind } = answer.failure
    if (GONE.test(code)) return undefined
    if (FINAL.has(kind) || clock.now() >= endsAtMs) throw new Error(code)
    await clock.sleep(pauseMs)
  }
}

/** Deletes, and reads until it is gone: an answer alone proves nothing. */
async function remove(cleaning: Cleaning, resource: Found, call: () => Promise<Answer<unknown>>): Promise<void> {
  const { accounts, created, report } = cleaning
  report(`deleting ${resource.name} ${resource.id}`)
  const account = accounts[resource.account as AccountName] as LabAccount
  await waitUntil(cleaning, async () => {
    await persist(cleaning, call)
    const read = await readResource(account, created.state.regionId, resource, limits(cleaning))
    return (read.ok && read.value === undefined) || (!read.ok && GONE.test(read.failure.code))
  })
  created.deleted(resource.name)
}

async function waitUntil({ clock }: Cleaning, done: () => Promise<boolean>): Promise<void> {
  const endsAtMs = clock.now() + LONGEST_WAIT_MS
  for (let pauseMs = FIRST_PAUSE_MS; !(await done()); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    if (clock.now() >= endsAtMs) throw new Error('it is still there')
    await clock.sleep(pauseMs)
  }
}

/** Detaches this run's VPCs from a CEN and deletes its routers. Throws if something of others is attached. */
async function emptyCen(cleaning: Cleaning, own: LabAccount, cen: Found, vpcs: readonly Found[]): Promise<void> {
  const { created, report } = cleaning
  const { regionId } = created.state
  const mine = new Set(vpcs.map(({ id }) => id))
  const strangers = new Set<string>()
  const attachmentsOf = async (): Promise<readonly FoundAttachment[]> => {
    const filter = { CenId: cen.id, RegionId: regionId }
    const page = await persist(cleaning, () => listAttachments(own.cbn, 'VPC', filter, undefined, limits(cleaning)))
    const all = page?.entries ?? []
    for (const { childInstanceId } of all) if (!mine.has(childInstanceId)) strangers.add(childInstanceId)
    return all.filter(({ childInstanceId }) => mine.has(childInstanceId))
  }
  const childrenOf = async () => {
    const page = await persist(cleaning, () => describeCenAttachedChildInstances(own.cbn, cen.id, 1, limits(cleaning)))
    const all = page?.instances ?? []
    for (const { ChildInstanceId } of all) if (!mine.has(ChildInstanceId)) strangers.add(ChildInstanceId)
    return all.filter(({ ChildInstanceId }) => mine.has(ChildInstanceId))
  }
  await waitUntil(cleaning, async () => {
    const attachments = await attachmentsOf()
    for (const attachment of attachments.filter(({ status }) => status === 'Attached')) {
      report(`detaching ${attachment.childInstanceId} from ${cen.id}`)
      const vpc = vpcs.find(({ id }) => id === attachment.childInstanceId) as Found
      await detach(cleaning, own, cen, vpc, attachment)
    }
    return attachments.length === 0
  })
  await waitUntil(cleaning, async () => {
    const children = await childrenOf()
    for (const { ChildInstanceId: id, Status, ChildInstanceOwnerId } of children.filter(isAttached)) {
      report(`detaching ${id} (${Status}) from ${cen.id}`)
      const attachment = {
        cenId: cen.id,
        childInstanceId: id,
        childInstanceType: 'VPC',
        childInstanceRegionId: regionId,
        ...(ChildInstanceOwnerId !== undefined &&
          ChildInstanceOwnerId !== own.accountId && { childInstanceOwnerId: ChildInstanceOwnerId }),
      } as const
      await detachCenChildInstance(own.cbn, attachment, undefined, limits(cleaning))
    }
    return children.length === 0
  })
  if (strangers.size > 0)
    throw new Error(`${[...strangers].join(', ')} of others is attached, so the CEN is left alone`)
  await waitUntil(cleaning, async () => {
    const routers = await persist(cleaning, () =>
      findTransitRouter(own.cbn, { cenId: cen.id, regionId }, limits(cleaning)),
    )
    // A Basic Edition router goes with its CEN.
    const enterprise = (routers ?? []).filter(({ Type }) => Type === 'Enterprise')
    for (const { TransitRouterId } of enterprise.filter(({ Status }) => Status === 'Active')) {
      report(`deleting ${TransitRouterId}`)
      await own.cbn('DeleteTransitRouter', { TransitRouterId }, limits(cleaning))
    }
    return enterprise.length === 0
  })
}

const isAttached = ({ Status }: { readonly Status: string }) => Status === 'Attached'

/** Routes, propagations and association first: a deletion without them is documented to be accepted. */
async function detach(cleaning: Cleaning, own: LabAccount, cen: Found, vpc: Found, { id }: FoundAttachment) {
  const { accounts, created } = cleaning
  const { regionId } = created.state
  const owner = accounts[vpc.account as AccountName] as LabAccount
  const tables = await persist(cleaning, () =>
    describeRouteTableList(owner.vpc, { vpcId: vpc.id, regionId }, limits(cleaning)),
  )
  for (const { id: tableId } of tables ?? []) {
    const routes = await persist(cleaning, () =>
      describeRouteEntryList(owner.vpc, { tableId, regionId }, limits(cleaning)),
    )
    for (const { cidr } of (routes ?? []).filter(({ nextHops }) => nextHops.includes(id)))
      await own.cbn(
        'DeleteCenChildInstanceRouteEntryToAttachment',
        { CenId: cen.id, TransitRouterAttachmentId: id, RouteTableId: tableId, DestinationCidrBlock: cidr },
        limits(cleaning),
      )
  }
  const links = [
    [listPropagations, 'DisableTransitRouterRouteTablePropagation'],
    [listAssociations, 'DissociateTransitRouterAttachmentFromRouteTable'],
  ] as const
  for (const [list, action] of links)
    for (const { tableId } of (await persist(cleaning, () => list(own.cbn, id, limits(cleaning)))) ?? [])
      await own.cbn(action, { TransitRouterAttachmentId: id, TransitRouterRouteTableId: tableId }, limits(cleaning))
  // Refused while any of it is still there: the list is read again, and the deletion repeated.
  await own.cbn('DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: id }, limits(cleaning))
}
