/** Gathers questions about states: those of one CEN that are asked together, or while one is being answered, are answered together. */
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import { failureOf } from '../../domain/failure.js'
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
  /** Which of those that wait go together, at least one; the rest goes after them. */
  readonly choose: (waiting: readonly ReadRequest[]) => BatchChoice
  /**
   * Answers each of them. Where it rejects, nobody who asked is left without an answer. `join` offers those who have asked since:
   * who is taken is answered with the batch, so a reading must begin after it.
   */
  readonly answer: (cenId: string, batch: readonly ReadRequest[], limits: CallLimits, join: JoinBatch) => Promise<void>
  readonly clock: Clock
}

export type JoinBatch = (accepts: (pendingRead: ReadRequest) => boolean) => void

/** Looks fall on a beat: those of one beat come within moments of each other, and are answered together. */
const COALESCE_MS = 5

/** A reason of its own spares the making of an exception with its stack, for every question. */
const WAKE_REASON = 'asked'

/** Who waits for a reading of one CEN. */
interface PendingReads {
  pendingReads: ReadRequest[]
  /** Ends the wait for a reading that is made for others. */
  wake: AbortController
}

const neededByMs = ({ limits }: ReadRequest): number => limits.neededByMs ?? -Infinity

/** Returns how to ask. A question is answered only by what is read after it was asked, so that none gets an older state. */
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

/** The most patient one sets the time: the others' hosts give up by themselves. */
const limitsOf = (batch: readonly ReadRequest[]): CallLimits => ({
  ...batch[0]?.limits,
  deadlineMs: Math.max(...batch.map(({ limits }) => limits.deadlineMs)),
})
