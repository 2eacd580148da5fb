/** The CEN API (Cbn 2017-09-12), one function an action, named as the API names it; fields in the API's spelling. */
import type { Attachment } from '../../domain/attachment.js'
import type { Answer } from '../../domain/failure.js'
import { failureOf } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { Body, RpcCall } from '../sdk/rpc.js'

export const CBN_VERSION = '2017-09-12'
/** The largest page of DescribeCenAttachedChildInstances (API reference: 1 to 50, default 10). */
export const PAGE_SIZE = 50

/** An attachment as the Describe actions tell of it. */
export interface ChildInstanceState {
  readonly ChildInstanceId: string
  readonly ChildInstanceType?: string | undefined
  readonly ChildInstanceRegionId?: string | undefined
  readonly Status: string
  /** UTC, `2021-08-10T06:27Z`: cut to the minute. */
  readonly ChildInstanceAttachTime?: string | undefined
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

/** Asks for an attachment; it is asynchronous, and has no ClientToken. */
export async function attachCenChildInstance(
  call: RpcCall,
  attachment: Attachment,
  limits: CallLimits,
): Promise<Answer<{ RequestId: string }>> {
  const { childInstanceOwnerId: owner } = attachment
  const query = { ...toQuery(attachment), ...(owner !== undefined && { ChildInstanceOwnerId: owner }) }
  return mapAnswer(await call('AttachCenChildInstance', query, limits), (body) => ({
    RequestId: String(body.RequestId),
  }))
}

/** The state of one attachment in this CEN. Answers ParameterInstanceId and the like where there is none. */
export async function describeCenAttachedChildInstanceAttribute(
  call: RpcCall,
  target: Target,
  limits: CallLimits,
): Promise<Answer<ChildInstanceState>> {
  return mapAnswer(await call('DescribeCenAttachedChildInstanceAttribute', toQuery(target), limits), toState)
}

/** A CEN as DescribeCens tells of it. */
export interface Cen {
  readonly CenId: string
  readonly Status: string
}

/** One page of the CENs that the caller can see; with `CenId`, that one or none. */
export async function describeCens(
  call: RpcCall,
  { CenId, pageNumber = 1 }: { readonly CenId?: string; readonly pageNumber?: number },
  limits: CallLimits,
): Promise<Answer<readonly Cen[]>> {
  const filter: Record<string, string> =
    CenId === undefined ? {} : { 'Filter.1.Key': 'CenId', 'Filter.1.Value.1': CenId }
  const query = { PageNumber: String(pageNumber), PageSize: String(PAGE_SIZE), ...filter }
  return mapAnswer(await call('DescribeCens', query, limits), ({ Cens }) => {
    const { Cen = [] } = (Cens ?? {}) as { Cen?: Body[] }
    return Cen.map((cen) => ({ CenId: String(cen.CenId), Status: String(cen.Status) }))
  })
}

/**
 * Whether the owner of a child instance has granted this CEN, asked from the CEN's side. Parameters that are wrong answer
 * an empty list, like a grant that is missing (API reference, DescribeGrantRulesToCen of Cbn).
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
  return mapAnswer(await call('DescribeGrantRulesToCen', query, limits), ({ GrantRules }) => {
    const { GrantRule = [] } = (GrantRules ?? {}) as { GrantRule?: Body[] }
    return GrantRule.some((rule) => rule.ChildInstanceId === childInstanceId)
  })
}

/** One page of what is attached to a CEN. */
export async function describeCenAttachedChildInstances(
  call: RpcCall,
  CenId: string,
  pageNumber: number,
  limits: CallLimits,
): Promise<Answer<ChildInstancePage>> {
  const query = { CenId, PageNumber: String(pageNumber), PageSize: String(PAGE_SIZE) }
  const answer = await call('DescribeCenAttachedChildInstances', query, limits)
  if (!answer.ok) return answer
  const { ChildInstance } = (answer.value.ChildInstances ?? {}) as { ChildInstance?: Body[] }
  if (!Array.isArray(ChildInstance)) {
    return { ok: false, failure: failureOf({ code: 'UnreadableAnswer', message: 'the answer has no list' }) }
  }
  const TotalCount = Number(answer.value.TotalCount ?? ChildInstance.length)
  return { ok: true, value: { instances: ChildInstance.map(toState), TotalCount } }
}

/** A page has fifty of them. */
const toState = (body: Body): ChildInstanceState => ({
  ChildInstanceId: String(body.ChildInstanceId),
  Status: String(body.Status),
  ChildInstanceType: textOf(body.ChildInstanceType),
  ChildInstanceRegionId: textOf(body.ChildInstanceRegionId),
  ChildInstanceAttachTime: textOf(body.ChildInstanceAttachTime),
})

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function mapAnswer<T>(answer: Answer<Body>, map: (body: Body) => T): Answer<T> {
  return answer.ok ? { ok: true, value: map(answer.value) } : answer
}
