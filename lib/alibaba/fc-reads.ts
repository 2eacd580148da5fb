/** Readings through the function: those of one CEN that go together share an invocation, as they share a page there. */
import type { Attachment } from '../attachment.js'
import type { Answer, AttachmentState, CallLimits, Clock } from '../ports.js'
import { MOST_READINGS } from './fc-protocol.js'
import { gatherQuestions } from './questions.js'

export type ReadStates = (
  attachments: readonly Attachment[],
  limits: CallLimits,
) => Promise<Answer<readonly Answer<AttachmentState>[]>>

export const createGatheredReads = (readStates: ReadStates, clock: Clock) =>
  gatherQuestions({
    choose(waiting) {
      // The function asks for one that comes alone by itself.
      const alone = waiting.find(({ limits }) => limits.alone)
      if (alone) return { batch: [alone], rest: waiting.filter((one) => one !== alone) }
      return { batch: waiting.slice(0, MOST_READINGS), rest: waiting.slice(MOST_READINGS) }
    },
    async answer(_cenId, batch, limits) {
      const told = batch.map(({ attachment }) => attachment)
      const answer = await readStates(told, limits)
      for (const [index, { resolve }] of batch.entries())
        resolve(answer.ok ? (answer.value[index] as Answer<AttachmentState>) : answer)
    },
    clock,
  })
