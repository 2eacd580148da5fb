/** The CEN API (Cbn 2017-09-12), one function an action, named as the API names it; fields in the API's spelling. */
import type { Attachment } from '../attachment.js'
import { failureOf } from '../failure.js'
import type { Answer, CallLimits } from '../ports.js'
import type { Body, RpcCall } from './rpc.js'

export const CBN_VERSION = '2017-09-12'
/** The largest page of DescribeCenAttachedChildInstances (API reference: 1 to 50, default 10). */
export const PAGE_SIZE = 50

/** An attachment as the Describe actions tell of it. */
export interface ChildInstanceState {
  readonly ChildInstanceId: string
  readonly ChildInstanceType?: string
  readonly ChildInstanceRegionId?: string
  readonly Status: string
  /** UTC, `2021-08-10T06:27Z`: cut to the minute. */
  readonly ChildInstanceAttachTime?: string
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

function toState(body: Body): ChildInstanceState {
  const said = (name: string) => (typeof body[name] === 'string' && body[name] !== '' ? { [name]: body[name] } : {})
  return {
    ChildInstanceId: String(body.ChildInstanceId),
    Status: String(body.Status),
    ...said('ChildInstanceType'),
    ...said('ChildInstanceRegionId'),
    ...said('ChildInstanceAttachTime'),
  }
}

function mapAnswer<T>(answer: Answer<Body>, map: (body: Body) => T): Answer<T> {
  return answer.ok ? { ok: true, value: map(answer.value) } : answer
}
