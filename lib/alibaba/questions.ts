/** Gathers questions about states: those of one CEN that are asked together, or while one is being answered, are answered together. */
import type { Attachment } from '../attachment.js'
import { failureOf } from '../failure.js'
import type { Answer, AttachmentState, CallLimits, Clock } from '../ports.js'

export interface Question {
  readonly attachment: Attachment
  readonly limits: CallLimits
  readonly resolve: (answer: Answer<AttachmentState>) => void
}

export interface Chosen {
  readonly batch: readonly Question[]
  readonly rest: readonly Question[]
}

export interface Gathering {
  /** Which of those that wait go together, at least one; the rest goes after them. */
  readonly choose: (waiting: readonly Question[]) => Chosen
  /** Answers each of them. Where it rejects, nobody who asked is left without an answer. */
  readonly answer: (cenId: string, batch: readonly Question[], limits: CallLimits) => Promise<void>
  readonly clock: Clock
}

/** Looks fall on a beat: those of one beat come within moments of each other, and are answered together. */
const TOGETHER_MS = 5

/** Returns how to ask. A question is answered only by what is read after it was asked, so that none gets an older state. */
export function gatherQuestions({ choose, answer, clock }: Gathering) {
  const cens = new Map<string, Question[]>()

  const pump = async (cenId: string): Promise<void> => {
    await clock.sleep(TOGETHER_MS)
    for (let waiting = cens.get(cenId) ?? []; waiting.length > 0; waiting = cens.get(cenId) ?? []) {
      const { batch, rest } = choose(waiting)
      cens.set(cenId, [...rest])
      await answer(cenId, batch, limitsOf(batch)).catch(() => {
        for (const { resolve } of batch) resolve({ ok: false, failure: failureOf({ code: 'UnreadableAnswer' }) })
      })
    }
    cens.delete(cenId)
  }

  return (attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>> =>
    new Promise((resolve) => {
      const { cenId } = attachment
      const waiting = cens.get(cenId)
      if (waiting) waiting.push({ attachment, limits, resolve })
      else {
        cens.set(cenId, [{ attachment, limits, resolve }])
        void pump(cenId)
      }
    })
}

/** The most patient one sets the time: the others' hosts give up by themselves. */
const limitsOf = (batch: readonly Question[]): CallLimits => ({
  ...batch[0]?.limits,
  deadlineMs: Math.max(...batch.map(({ limits }) => limits.deadlineMs)),
})
