/** What a console's server and its page say to each other. */
import * as v from 'valibot'
import type { RecordedRow } from '../campaigns/record.js'
import type { deadLetterFacts } from '../dead-letters/facts.js'

/** What is true of the whole campaign. Times are epoch milliseconds. */
export interface CampaignHead {
  /** The campaign's id, or the name of its file. */
  readonly title: string
  /** The queue that rows and redriven letters are sent to, by its name. */
  readonly requestQueue: string
  readonly startedAtMs: number
}

/** `snapshot` replaces what the page knows, `delta` changes the rows that it names; the first event of a stream is a snapshot. */
export interface StreamEvent {
  readonly event: 'snapshot' | 'delta'
  readonly head: CampaignHead
  /** The server's clock. */
  readonly nowMs: number
  readonly rows: readonly RecordedRow[]
}

/** A dead letter without its body and its raw attributes. */
export type ConsoleDeadLetter = Omit<ReturnType<typeof deadLetterFacts>, 'body' | 'attributes'> & {
  /** Its code, or a word in brackets. */
  readonly group: string
  /** It can be sent where a `notAfter` that has passed is dropped. */
  readonly renewable: boolean
}

export interface ConsoleDeadLetters {
  readonly letters: readonly ConsoleDeadLetter[]
  /** About how many more are in other hands. */
  readonly elsewhere: number
  readonly readAtMs: number
  readonly retentionMs: number | undefined
}

export interface RedriveCommand {
  readonly messageIds: readonly string[]
  /** A `notAfter` that has passed is dropped. */
  readonly renew: boolean
}

export interface RedriveSummary {
  readonly sent: number
  /** In whose name the policy judges them, if that is known. */
  readonly senderId?: string
  /** What was not sent, or is still on the dead-letter queue, each reason once. */
  readonly not: readonly { readonly letters: number; readonly why: string; readonly todo: string }[]
}

const RedriveCommandSchema = v.strictObject({
  messageIds: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
    v.minLength(1),
    v.maxLength(100_000),
  ),
  renew: v.boolean(),
})

/** Undefined where it is no wish. */
export function readRedriveCommand(text: string): RedriveCommand | undefined {
  try {
    const read = v.safeParse(RedriveCommandSchema, JSON.parse(text))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}
