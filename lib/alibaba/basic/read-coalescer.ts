/** Request coalescing: readings of one CEN that are requested together, or while a batch is read, form one batch. */
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, failureOf } from '../../domain/failure.js'
import type { AttachmentState, CallLimits } from '../../reconcile/driver.js'

export interface ReadRequest {
  readonly attachment: Attachment
  readonly limits: CallLimits
  readonly resolve: (answer: Answer<AttachmentState>) => void
}

export interface BatchChoice {
  readonly batch: readonly ReadRequest[]
  readonly rest: readonly ReadRequest[]
}

interface ReadCoalescerOptions {
  /** The pending readings of the next batch, at least one; the rest waits for later batches. */
  readonly choose: (waiting: readonly ReadRequest[]) => BatchChoice
  /**
   * Answers each reading of the batch; if it rejects, each gets a failure. `join` offers the readings that were requested
   * since: those that it accepts must be answered, too, so the API call must begin after `join`.
   */
  readonly answer: (cenId: string, batch: readonly ReadRequest[], limits: CallLimits, join: JoinBatch) => Promise<void>
  readonly clock: Clock
}

export type JoinBatch = (accepts: (pendingRead: ReadRequest) => boolean) => void

/** The wait before the first batch, in milliseconds: the readings of one poll interval are requested within it. */
const COALESCE_MS = 5

/** An abort reason of our own avoids the cost of an exception with its stack for every reading. */
const WAKE_REASON = 'requested'

/** The pending readings of one CEN. */
interface PendingReads {
  pendingReads: ReadRequest[]
  /** Ends the wait of readings with a later `neededByMs`. */
  wake: AbortController
}

const neededByMs = ({ limits }: ReadRequest): number => limits.neededByMs ?? -Infinity

/** Returns the reading function. A reading is answered only by an API call that began after it was requested. */
export function coalesceReads({ choose, answer, clock }: ReadCoalescerOptions) {
  const cens = new Map<string, PendingReads>()

  const readUntilEmpty = async (cenId: string, cen: PendingReads): Promise<void> => {
    await clock.sleep(COALESCE_MS)
    while (cen.pendingReads.length > 0) {
      const waitMs = Math.min(...cen.pendingReads.map(neededByMs)) - clock.now()
      if (waitMs > 0) {
        await clock.sleep(waitMs, cen.wake.signal)
        cen.wake = new AbortController()
        continue
      }
      const { batch, rest } = choose(cen.pendingReads)
      const inBatch = [...batch]
      cen.pendingReads = [...rest]
      const join: JoinBatch = (accepts) => {
        const taken = new Set(cen.pendingReads.filter(accepts))
        inBatch.push(...taken)
        cen.pendingReads = cen.pendingReads.filter((pendingRead) => !taken.has(pendingRead))
      }
      await answer(cenId, batch, limitsOf(batch), join).catch(() => {
        for (const { resolve } of inBatch) resolve({ ok: false, failure: failureOf({ code: 'UnreadableAnswer' }) })
      })
    }
    cens.delete(cenId)
  }

  return (attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>> =>
    new Promise((resolve) => {
      const { cenId } = attachment
      const pendingRead = { attachment, limits, resolve }
      const cen = cens.get(cenId)
      if (cen) {
        cen.pendingReads.push(pendingRead)
        cen.wake.abort(WAKE_REASON)
        return
      }
      const created = { pendingReads: [pendingRead], wake: new AbortController() }
      cens.set(cenId, created)
      void readUntilEmpty(cenId, created)
    })
}

/** The latest deadline of the batch; a caller with an earlier one stops waiting by itself. */
const limitsOf = (batch: readonly ReadRequest[]): CallLimits => ({
  ...batch[0]?.limits,
  deadlineMs: Math.max(...batch.map(({ limits }) => limits.deadlineMs)),
})
