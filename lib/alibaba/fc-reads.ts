/** Gathers readings: those of one CEN that are asked for together share an invocation, as they share a page there. */
import type { Attachment } from '../attachment.js'
import { failureOf } from '../failure.js'
import type { Answer, AttachmentState, CallLimits } from '../ports.js'
import { MOST_READINGS } from './fc-protocol.js'

export type ReadStates = (
  attachments: readonly Attachment[],
  limits: CallLimits,
) => Promise<Answer<readonly Answer<AttachmentState>[]>>

interface Waiter {
  readonly attachment: Attachment
  readonly limits: CallLimits
  readonly resolve: (answer: Answer<AttachmentState>) => void
}

/** Nobody who asked is left without an answer. */
const lost = (): Answer<never> => ({ ok: false, failure: failureOf({ code: 'UnreadableAnswer' }) })

/** Returns a reader. While an invocation for a CEN is under way the next readings of that CEN wait, and then go together. */
export function createGatheredReads(readStates: ReadStates) {
  const cens = new Map<string, Waiter[]>()

  const readAll = async (waiters: readonly Waiter[]): Promise<void> => {
    // The most patient one sets the time: the others' hosts give up by themselves.
    const deadlineMs = Math.max(...waiters.map(({ limits }) => limits.deadlineMs))
    const told = waiters.map(({ attachment }) => attachment)
    const answer = await readStates(told, { ...waiters[0]?.limits, deadlineMs }).catch(lost)
    for (const [index, { resolve }] of waiters.entries())
      resolve(answer.ok ? (answer.value[index] as Answer<AttachmentState>) : answer)
  }
  const pump = async (cenId: string, waiting: Waiter[]): Promise<void> => {
    // Those who ask in the same breath are answered together.
    await Promise.resolve()
    while (waiting.length > 0) await readAll(waiting.splice(0, MOST_READINGS))
    cens.delete(cenId)
  }

  return (attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>> =>
    new Promise((resolve) => {
      const waiting = cens.get(attachment.cenId) ?? []
      waiting.push({ attachment, limits, resolve })
      if (cens.has(attachment.cenId)) return
      cens.set(attachment.cenId, waiting)
      void pump(attachment.cenId, waiting)
    })
}
