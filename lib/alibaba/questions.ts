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
  /**
   * Answers each of them. Where it rejects, nobody who asked is left without an answer. `join` offers those who have asked since:
   * who is taken is answered with the batch, so a reading must begin after it.
   */
  readonly answer: (cenId: string, batch: readonly Question[], limits: CallLimits, join: Join) => Promise<void>
  readonly clock: Clock
}

export type Join = (takes: (question: Question) => boolean) => void

/** Looks fall on a beat: those of one beat come within moments of each other, and are answered together. */
const TOGETHER_MS = 5

/** A reason of its own spares the making of an exception with its stack, for every question. */
const ASKED = 'asked'

/** Who waits for a reading of one CEN. */
interface Waiting {
  questions: Question[]
  /** Ends the wait for a reading that is made for others. */
  wake: AbortController
}

const neededByMs = ({ limits }: Question): number => limits.neededByMs ?? -Infinity

/** Returns how to ask. A question is answered only by what is read after it was asked, so that none gets an older state. */
export function gatherQuestions({ choose, answer, clock }: Gathering) {
  const cens = new Map<string, Waiting>()

  const pump = async (cenId: string, cen: Waiting): Promise<void> => {
    await clock.sleep(TOGETHER_MS)
    while (cen.questions.length > 0) {
      const spareMs = Math.min(...cen.questions.map(neededByMs)) - clock.now()
      if (spareMs > 0) {
        await clock.sleep(spareMs, cen.wake.signal)
        cen.wake = new AbortController()
        continue
      }
      const { batch, rest } = choose(cen.questions)
      const asked = [...batch]
      cen.questions = [...rest]
      const join: Join = (takes) => {
        const taken = new Set(cen.questions.filter(takes))
        asked.push(...taken)
        cen.questions = cen.questions.filter((question) => !taken.has(question))
      }
      await answer(cenId, batch, limitsOf(batch), join).catch(() => {
        for (const { resolve } of asked) resolve({ ok: false, failure: failureOf({ code: 'UnreadableAnswer' }) })
      })
    }
    cens.delete(cenId)
  }

  return (attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>> =>
    new Promise((resolve) => {
      const { cenId } = attachment
      const question = { attachment, limits, resolve }
      const cen = cens.get(cenId)
      if (cen) {
        cen.questions.push(question)
        cen.wake.abort(ASKED)
        return
      }
      const made = { questions: [question], wake: new AbortController() }
      cens.set(cenId, made)
      void pump(cenId, made)
    })
}

/** The most patient one sets the time: the others' hosts give up by themselves. */
const limitsOf = (batch: readonly Question[]): CallLimits => ({
  ...batch[0]?.limits,
  deadlineMs: Math.max(...batch.map(({ limits }) => limits.deadlineMs)),
})
