/** The letters on the dead-letter queue, looked at and given back. */
import type { Letter } from '../letter.js'
import { type Desk, type QueueFacts, type Reading, withLetters } from './dead-letter-queue.js'
import { withoutHold } from './held-letter.js'

export interface LetterList {
  readonly letters: readonly Letter[]
  /** About how many more there are that could not be had: in other hands, or behind others of a FIFO group. */
  readonly elsewhere: number
  /** How long the queue keeps a letter after it was sent, in milliseconds; undefined where it does not say. */
  readonly retentionMs: number | undefined
}

/** Rejects where the queue cannot be read. A reading that was stopped lists what it had seen by then. */
export function listLetters(desk: Desk, reading: Reading): Promise<LetterList> {
  return withLetters(desk, reading, async ({ letters, facts }) => ({
    letters: letters.map(withoutHold),
    elsewhere: elsewhereOf(facts, letters.length),
    retentionMs: facts.retentionMs,
  }))
}

/** SQS's counts are approximate and may lag by a minute. */
export const elsewhereOf = ({ visible, invisible }: QueueFacts, held: number): number =>
  Math.max(0, visible + invisible - held)
