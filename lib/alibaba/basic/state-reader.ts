/** Reads attachment states with few calls: one page of a CEN's list answers every pending reading of that CEN. */
import { DEFAULT_CAPS, type LimiterCaps } from '../../admission/limiter.js'
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered } from '../../domain/failure.js'
import type { AttachmentState, CallLimits } from '../../reconcile/driver.js'
import { observedStatus } from '../attachment-state.js'
import { createPacedReads } from '../sdk/paced-reads.js'
import { NUMBERED_PAGE } from '../sdk/read-lists.js'
import type { RpcCall } from '../sdk/rpc.js'
import { type AttachmentList, createAttachmentList } from './attachment-list.js'
import {
  type ChildInstancePage,
  type ChildInstanceState,
  describeCenAttachedChildInstanceAttribute,
  describeCenAttachedChildInstances,
  MAX_PAGES,
} from './cbn.js'
import { coalesceReads, distinct, type JoinBatch, type ReadRequest } from './read-coalescer.js'

const ABSENT: AttachmentState = { status: 'absent' }

/** Single readings and pages have a rate limiter each, because the API limits each action by itself. */
export function createStateReader(call: RpcCall, clock: Clock, caps: LimiterCaps = DEFAULT_CAPS) {
  const attachmentLists = new Map<string, AttachmentList>()
  const paced = {
    one: createPacedReads(caps.callsPerSecond, clock),
    page: createPacedReads(caps.callsPerSecond, clock),
  }

  const readOne = async ({ attachment, limits }: ReadRequest): Promise<Answer<AttachmentState>> => {
    const answer = await paced.one.read(() => describeCenAttachedChildInstanceAttribute(call, attachment, limits))
    if (answer.ok) return answered(toState(answer.value))
    return answer.failure.kind === 'absent' ? answered(ABSENT) : answer
  }
  const readPage = async (
    cenId: string,
    page: number,
    limits: CallLimits,
    onCall: () => void,
  ): Promise<Answer<ChildInstancePage>> => {
    const answer = await paced.page.read(() => {
      onCall()
      return describeCenAttachedChildInstances(call, cenId, page, limits)
    })
    if (answer.ok || answer.failure.kind !== 'absent') return answer
    return answered({ instances: [], TotalCount: 0 })
  }

  /** Reads pages as long as a page is expected to answer more than one reading; the rest are single readings. */
  const answer = async (
    cenId: string,
    batch: readonly ReadRequest[],
    limits: CallLimits,
    join: JoinBatch,
  ): Promise<void> => {
    const attachmentList = attachmentLists.get(cenId) ?? createAttachmentList()
    attachmentLists.set(cenId, attachmentList)
    attachmentList.begin()
    const unanswered = new Map(batch.map((pendingRead) => [pendingRead.attachment.childInstanceId, pendingRead]))
    const settle = (pendingRead: ReadRequest, state: AttachmentState) => {
      pendingRead.resolve(answered(state))
      unanswered.delete(pendingRead.attachment.childInstanceId)
    }
    const accepts = (pendingRead: ReadRequest) => {
      const { childInstanceId } = pendingRead.attachment
      if (unanswered.has(childInstanceId)) return false
      unanswered.set(childInstanceId, pendingRead)
      return true
    }
    const pagesRead = new Set<number>()
    // If the limiter of single readings is exhausted, a page is read even for one.
    const pageThreshold = paced.one.waitMs(unanswered.size - 1) > 0 ? 0 : 1
    let entriesRead = 0
    let isNextPageLikely = true
    /**
     * New entries are adjacent: after a page with some of them, the next page likely has the others. After one with none, a
     * page that was not full leaves the next page likely enough for three readings; else they may be on any page.
     */
    const mostAsSingles = (): number => {
      if (isNextPageLikely) return pageThreshold
      const pagesLeft = attachmentList.pagesLeft(pagesRead)
      return entriesRead < NUMBERED_PAGE ? Math.min(2, pagesLeft) : pagesLeft
    }
    for (;;) {
      const page = attachmentList.nextPage(pagesRead)
      // A list may grow as fast as it is read.
      if (page === undefined || pagesRead.size >= MAX_PAGES) break
      if (unanswered.size <= mostAsSingles()) break
      pagesRead.add(page)
      // Readings that were requested while the first page waited for the rate limiter join the batch.
      const pageAnswer = await readPage(cenId, page, limits, () => pagesRead.size === 1 && join(accepts))
      if (!pageAnswer.ok) {
        // After an unreadable answer nothing that was known of the list is relied on.
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
      entriesRead += pageAnswer.value.instances.length
      isNextPageLikely = hasNewPage || unanswered.size < before
      for (const pendingRead of unanswered.values()) {
        const { attachment, limits: readLimits } = pendingRead
        const isAbsent = attachmentList.isAbsent(attachment.childInstanceId, readLimits.exact === true)
        if (!readLimits.alone && isAbsent) settle(pendingRead, ABSENT)
      }
    }
    await Promise.all(
      [...unanswered.values()].map(async (pendingRead) => pendingRead.resolve(await readOne(pendingRead))),
    )
  }

  return coalesceReads({ choose: distinct, answer, clock })
}

/** A single reading names type and region, so an entry of another type or region is not its answer. */
const isEntryOf = (instance: ChildInstanceState, { childInstanceType, childInstanceRegionId }: Attachment): boolean =>
  (instance.ChildInstanceType ?? childInstanceType) === childInstanceType &&
  (instance.ChildInstanceRegionId ?? childInstanceRegionId) === childInstanceRegionId

function toState(instance: ChildInstanceState): AttachmentState {
  const { Status, ChildInstanceAttachTime, ChildInstanceOwnerId, ManagedService } = instance
  const attachedAtMs = ChildInstanceAttachTime === undefined ? Number.NaN : Date.parse(ChildInstanceAttachTime)
  return {
    status: observedStatus(Status),
    ...(!Number.isNaN(attachedAtMs) && { attachedAtMs }),
    ...(ManagedService !== undefined && { managedBy: ManagedService }),
    ...(ChildInstanceOwnerId !== undefined && { ownerId: ChildInstanceOwnerId }),
  }
}
