/** Reads states, shared: one page of a CEN answers everything that waits on that CEN. */

import { DEFAULT_CAPS, type LimiterCaps } from '../../admission/limiter.js'
import { createRateLimiter, type RateLimiter } from '../../admission/rate-limiter.js'
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import { type Failure, failureOf } from '../../domain/failure.js'
import type { AttachmentState, CallLimits, ObservedStatus } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'
import { type AttachmentList, createAttachmentList } from './attachment-list.js'
import {
  type ChildInstancePage,
  type ChildInstanceState,
  describeCenAttachedChildInstanceAttribute,
  describeCenAttachedChildInstances,
  MOST_LISTED,
  PAGE_SIZE,
} from './cbn.js'
import { type BatchChoice, coalesceReads, type JoinBatch, type ReadRequest } from './read-coalescer.js'

/** A reading waits so long for its turn at most, in milliseconds; who asks meanwhile is answered with it. */
const MAX_WAIT_MS = 2_000

/** So many pages are read for one batch at most: a list that grows as fast as it is read has no end. */
const MOST_PAGES = MOST_LISTED / PAGE_SIZE

const ABSENT: AttachmentState = { status: 'absent' }

/** Returns a reader. What is asked about one CEN is answered by as few calls as can be. */
export function createStateReader(call: RpcCall, clock: Clock, caps: LimiterCaps = DEFAULT_CAPS) {
  const attachmentLists = new Map<string, AttachmentList>()
  const rateLimiters = { one: createRateLimiter(caps.callsPerSecond), page: createRateLimiter(caps.callsPerSecond) }

  /** Resolves once the call may leave, or to the failure that says when it may. */
  const waitForRate = async (rateLimiter: RateLimiter, untilMs: number): Promise<Failure | undefined> => {
    for (let waitMs = rateLimiter.waitMs(0, clock.now()); waitMs > 0; waitMs = rateLimiter.waitMs(0, clock.now())) {
      if (clock.now() + waitMs > untilMs) return failureOf({ code: 'Throttling', retryAfterMs: waitMs })
      await clock.sleep(waitMs)
    }
    rateLimiter.take(clock.now())
    return undefined
  }
  /** A reading that is refused for its rate is due again when the gate says, not when a backoff would have it. */
  const rateLimited = async <T>(rateLimiter: RateLimiter, read: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const untilMs = clock.now() + MAX_WAIT_MS
    for (;;) {
      const refusal = await waitForRate(rateLimiter, untilMs)
      if (refusal) return { ok: false, failure: refusal }
      const answer = await read()
      if (answer.ok || answer.failure.kind !== 'throttled') return answer
      rateLimiter.refused(clock.now(), answer.failure.retryAfterMs)
    }
  }

  const readOne = async ({ attachment, limits }: ReadRequest): Promise<Answer<AttachmentState>> => {
    const answer = await rateLimited(rateLimiters.one, () =>
      describeCenAttachedChildInstanceAttribute(call, attachment, limits),
    )
    if (answer.ok) return { ok: true, value: toState(answer.value) }
    return answer.failure.kind === 'absent' ? { ok: true, value: ABSENT } : answer
  }
  const readPage = async (
    cenId: string,
    page: number,
    limits: CallLimits,
    onLeave: () => void,
  ): Promise<Answer<ChildInstancePage>> => {
    const answer = await rateLimited(rateLimiters.page, () => {
      onLeave()
      return describeCenAttachedChildInstances(call, cenId, page, limits)
    })
    if (answer.ok || answer.failure.kind !== 'absent') return answer
    return { ok: true, value: { instances: [], TotalCount: 0 } }
  }

  /** Pages while a page answers for more than one; the rest are asked for one by one. */
  const answer = async (
    cenId: string,
    batch: readonly ReadRequest[],
    limits: CallLimits,
    join: JoinBatch,
  ): Promise<void> => {
    const attachmentList = attachmentLists.get(cenId) ?? createAttachmentList()
    attachmentLists.set(cenId, attachmentList)
    const unanswered = new Map(batch.map((pendingRead) => [pendingRead.attachment.childInstanceId, pendingRead]))
    const settle = (pendingRead: ReadRequest, state: AttachmentState) => {
      pendingRead.resolve({ ok: true, value: state })
      unanswered.delete(pendingRead.attachment.childInstanceId)
    }
    const accepts = (pendingRead: ReadRequest) => {
      const { childInstanceId } = pendingRead.attachment
      if (unanswered.has(childInstanceId)) return false
      unanswered.set(childInstanceId, pendingRead)
      return true
    }
    const pagesRead = new Set<number>()
    // A page tells of one as well, and has a rate of its own.
    const pageThreshold = rateLimiters.one.waitMs(unanswered.size - 1, clock.now()) > 0 ? 0 : 1
    /** What is waited for stands together; beside a page that had none of it, it may stand on any. */
    let isNextPageLikely = true
    for (;;) {
      const page = attachmentList.nextPage(pagesRead)
      if (page === undefined || pagesRead.size >= MOST_PAGES) break
      if (unanswered.size <= (isNextPageLikely ? pageThreshold : attachmentList.pagesLeft(pagesRead))) break
      pagesRead.add(page)
      // While the first page waits for its turn others may ask what it tells.
      const pageAnswer = await readPage(cenId, page, limits, () => pagesRead.size === 1 && join(accepts))
      if (!pageAnswer.ok) {
        // Nothing that was known before a wrong answer is built upon after it.
        if (pageAnswer.failure.code === 'UnreadableAnswer') attachmentLists.delete(cenId)
        for (const { resolve } of unanswered.values()) resolve(pageAnswer)
        return
      }
      const before = unanswered.size
      const hasNewPage = attachmentList.recordPage(page, pageAnswer.value, clock.now())
      for (const instance of pageAnswer.value.instances) {
        const pendingRead = unanswered.get(instance.ChildInstanceId)
        if (pendingRead && isEntryOf(instance, pendingRead.attachment)) settle(pendingRead, toState(instance))
      }
      isNextPageLikely = hasNewPage || unanswered.size < before
      for (const pendingRead of unanswered.values()) {
        const { attachment, limits: readLimits } = pendingRead
        if (!readLimits.alone && attachmentList.isAbsent(attachment.childInstanceId)) settle(pendingRead, ABSENT)
      }
    }
    await Promise.all(
      [...unanswered.values()].map(async (pendingRead) => pendingRead.resolve(await readOne(pendingRead))),
    )
  }

  return coalesceReads({ choose: distinct, answer, clock })
}

/** The single reading is asked with type and region; an entry of another type or region is not its answer. */
const isEntryOf = (instance: ChildInstanceState, { childInstanceType, childInstanceRegionId }: Attachment): boolean =>
  (instance.ChildInstanceType ?? childInstanceType) === childInstanceType &&
  (instance.ChildInstanceRegionId ?? childInstanceRegionId) === childInstanceRegionId

/** Duplicates of one child instance are answered by the next reading. */
function distinct(waiting: readonly ReadRequest[]): BatchChoice {
  const batch = new Map<string, ReadRequest>()
  const rest: ReadRequest[] = []
  for (const pendingRead of waiting) {
    const { childInstanceId } = pendingRead.attachment
    if (batch.has(childInstanceId)) rest.push(pendingRead)
    else batch.set(childInstanceId, pendingRead)
  }
  return { batch: [...batch.values()], rest }
}

const STATUSES: Readonly<Record<string, ObservedStatus>> = {
  attached: 'attached',
  attaching: 'attaching',
  detaching: 'detaching',
}

function toState({ Status, ChildInstanceAttachTime }: ChildInstanceState): AttachmentState {
  const attachedAtMs = ChildInstanceAttachTime === undefined ? Number.NaN : Date.parse(ChildInstanceAttachTime)
  return {
    // A status that no document names is a change under way: looked at again, never taken for an end.
    status: STATUSES[Status.toLowerCase()] ?? 'attaching',
    ...(!Number.isNaN(attachedAtMs) && { attachedAtMs }),
  }
}
