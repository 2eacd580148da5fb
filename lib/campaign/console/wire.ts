/** What a console's server and its page say to each other. */
import * as v from 'valibot'
import type { RecordedRow } from '../campaign-record.js'
import type { letterFacts } from '../letter-facts.js'

/** What is true of the whole campaign. Times are epoch milliseconds. */
export interface Head {
  /** The campaign's id, or the name of its file. */
  readonly title: string
  /** The queue that rows and redriven letters are sent to, by its name. */
  readonly requestQueue: string
  readonly startedAtMs: number
}

/** `snapshot` replaces what the page knows, `delta` changes the rows that it names; the first event of a stream is a snapshot. */
export interface Telling {
  readonly event: 'snapshot' | 'delta'
  readonly head: Head
  /** The server's clock. */
  readonly nowMs: number
  readonly rows: readonly RecordedRow[]
}

/** A dead letter without its body and its raw attributes. */
export type LetterLine = Omit<ReturnType<typeof letterFacts>, 'body' | 'attributes'> & {
  /** Its code, or a word in brackets. */
  readonly group: string
  /** It can be sent where a `notAfter` that has passed is dropped. */
  readonly renewable: boolean
}

export interface LettersTold {
  readonly letters: readonly LetterLine[]
  /** About how many more are in other hands. */
  readonly elsewhere: number
  readonly readAtMs: number
  readonly retentionMs: number | undefined
}

export interface RedriveWish {
  readonly messageIds: readonly string[]
  /** A `notAfter` that has passed is dropped. */
  readonly renew: boolean
}

export interface RedriveTold {
  readonly sent: number
  /** In whose name the policy judges them, if that is known. */
  readonly senderId?: string
  /** What was not sent, or is still on the dead-letter queue, each reason once. */
  readonly not: readonly { readonly letters: number; readonly why: string; readonly todo: string }[]
}

const WISH = v.strictObject({
  messageIds: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
    v.minLength(1),
    v.maxLength(100_000),
  ),
  renew: v.boolean(),
})

/** Undefined where it is no wish. */
export function readWish(text: string): RedriveWish | undefined {
  try {
    const read = v.safeParse(WISH, JSON.parse(text))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}
