/** The CEN API (Cbn 2017-09-12), one function for each action, with the API's names and fields. */
import type { Attachment } from '../../domain/attachment.js'
import type { Answer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { accountIdOf, entriesOf, isText, MAX_LISTED, nested, readAnswer, textOf } from '../sdk/read-answer.js'
import { NUMBERED_PAGE } from '../sdk/read-lists.js'
import type { Body, RpcCall } from '../sdk/rpc.js'

/** The pages of the longest list of attachments, and of CENs. */
export const MAX_PAGES = MAX_LISTED / NUMBERED_PAGE

/** An attachment in the answers of the Describe actions. */
export interface ChildInstanceState {
  readonly ChildInstanceId: string
  readonly ChildInstanceType?: string | undefined
  readonly ChildInstanceRegionId?: string | undefined
  readonly Status: string
  /** UTC, cut to the minute: `2021-08-10T06:27Z`. */
  readonly ChildInstanceAttachTime?: string | undefined
  readonly ChildInstanceOwnerId?: string | undefined
  /** The cloud service that manages it; documented for the attribute only. */
  readonly ManagedService?: string | undefined
}

export interface ChildInstancePage {
  readonly instances: readonly ChildInstanceState[]
  readonly TotalCount: number
}

type Target = Pick<Attachment, 'cenId' | 'childInstanceId' | 'childInstanceType' | 'childInstanceRegionId'>

const toQuery = (target: Target): Record<string, string> => ({
  CenId: target.cenId,
  ChildInstanceId: target.childInstanceId,
  ChildInstanceType: target.childInstanceType,
  ChildInstanceRegionId: target.childInstanceRegionId,
})

/** Requests an attachment; asynchronous, without a ClientToken. */
export async function attachCenChildInstance(
  call: RpcCall,
  attachment: Attachment,
  limits: CallLimits,
): Promise<Answer<{ RequestId: string }>> {
  const { childInstanceOwnerId: owner } = attachment
  const query = { ...toQuery(attachment), ...(owner !== undefined && { ChildInstanceOwnerId: owner }) }
  return readAnswer(await call('AttachCenChildInstance', query, limits), ({ RequestId }) => ({
    RequestId: String(RequestId),
  }))
}

/**
 * The parameters of DetachCenChildInstance. `CenOwnerId` is for a child instance of another account, whose owner may call
 * it, too.
 */
export const detachParameters = (attachment: Attachment, cenOwnerId?: string): Record<string, string> => ({
  ...toQuery(attachment),
  ...(attachment.childInstanceOwnerId !== undefined && { ChildInstanceOwnerId: attachment.childInstanceOwnerId }),
  ...(cenOwnerId !== undefined && { CenOwnerId: cenOwnerId }),
})

/** Requests the end of an attachment; asynchronous, without a ClientToken. It may answer 200 and detach nothing. */
export const detachCenChildInstance = (
  call: RpcCall,
  attachment: Attachment,
  cenOwnerId: string | undefined,
  limits: CallLimits,
): Promise<Answer<Body>> => call('DetachCenChildInstance', detachParameters(attachment, cenOwnerId), limits)

/** The state of one attachment. Answers ParameterInstanceId and similar codes if there is none. */
export async function describeCenAttachedChildInstanceAttribute(
  call: RpcCall,
  target: Target,
  limits: CallLimits,
): Promise<Answer<ChildInstanceState>> {
  return readAnswer(await call('DescribeCenAttachedChildInstanceAttribute', toQuery(target), limits), (body) => {
    // An answer that names another child instance is unreadable.
    const { ChildInstanceId = target.childInstanceId } = body
    return ChildInstanceId === target.childInstanceId ? toState({ ...body, ChildInstanceId }) : undefined
  })
}

/** A CEN in the answer of DescribeCens. */
export interface CenSummary {
  readonly CenId: string
  readonly Status: string
  /** `REDUCED` or `FULL`. */
  readonly ProtectionLevel?: string | undefined
}

/** One page of the CENs that are visible to the caller; with `CenId`, that CEN or none. */
export async function describeCens(
  call: RpcCall,
  { CenId, pageNumber = 1 }: { readonly CenId?: string; readonly pageNumber?: number },
  limits: CallLimits,
): Promise<Answer<readonly CenSummary[]>> {
  const filter: Record<string, string> =
    CenId === undefined ? {} : { 'Filter.1.Key': 'CenId', 'Filter.1.Value.1': CenId }
  const query = { PageNumber: String(pageNumber), PageSize: String(NUMBERED_PAGE), ...filter }
  return readAnswer(await call('DescribeCens', query, limits), ({ Cens }) =>
    listOf(Cens, 'Cen', ({ CenId, Status, ProtectionLevel }) =>
      isText(CenId) ? { CenId, Status: String(Status), ProtectionLevel: textOf(ProtectionLevel) } : undefined,
    ),
  )
}

/**
 * True if the owner of a child instance has granted this CEN; called in the account of the CEN. Wrong parameters answer an
 * empty list, like a missing grant (API reference, DescribeGrantRulesToCen of Cbn).
 */
export async function describeGrantRulesToCen(
  call: RpcCall,
  attachment: Attachment,
  limits: CallLimits,
): Promise<Answer<boolean>> {
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId, childInstanceOwnerId: owner } = attachment
  const query = {
    CenId: cenId,
    ProductType: childInstanceType,
    ChildInstanceId: childInstanceId,
    RegionId: childInstanceRegionId,
    ...(owner !== undefined && { ChildInstanceOwnerId: owner }),
  }
  return readAnswer(await call('DescribeGrantRulesToCen', query, limits), ({ GrantRules }) =>
    listOf(GrantRules, 'GrantRule', (rule) => rule)?.some((rule) => rule.ChildInstanceId === childInstanceId),
  )
}

/** One page of the attachments of a CEN. */
export async function describeCenAttachedChildInstances(
  call: RpcCall,
  CenId: string,
  pageNumber: number,
  limits: CallLimits,
): Promise<Answer<ChildInstancePage>> {
  const query = { CenId, PageNumber: String(pageNumber), PageSize: String(NUMBERED_PAGE) }
  return readAnswer(await call('DescribeCenAttachedChildInstances', query, limits), (body) => {
    const { ChildInstances } = body
    const instances = ChildInstances === undefined ? undefined : listOf(ChildInstances, 'ChildInstance', toState)
    const TotalCount = body.TotalCount === undefined ? instances?.length : Number(body.TotalCount)
    const isCount = Number.isInteger(TotalCount) && Number(TotalCount) >= 0 && Number(TotalCount) <= MAX_LISTED
    return instances && isCount ? { instances, TotalCount: Number(TotalCount) } : undefined
  })
}

/** Undefined for an entry without an id or a status. */
function toState(body: Body): ChildInstanceState | undefined {
  const { ChildInstanceId, Status } = body
  if (!isText(ChildInstanceId) || !isText(Status)) return undefined
  return {
    ChildInstanceId,
    Status,
    ChildInstanceType: textOf(body.ChildInstanceType),
    ChildInstanceRegionId: textOf(body.ChildInstanceRegionId),
    ChildInstanceAttachTime: textOf(body.ChildInstanceAttachTime),
    ChildInstanceOwnerId: accountIdOf(body.ChildInstanceOwnerId),
    ManagedService: textOf(body.ManagedService),
  }
}

const listOf = <T>(list: unknown, name: string, read: (entry: Body) => T | undefined): T[] | undefined =>
  entriesOf(nested(list, name), read, NUMBERED_PAGE)
