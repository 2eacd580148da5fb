/** The protocol between the console's server and its page. */
import * as v from 'valibot'
import type { RecordedRow } from '../campaigns/record.js'
import type { listedFacts } from '../dead-letters/facts.js'

/** The campaign as a whole. Times are epoch milliseconds. */
export interface CampaignHead {
  /** The campaign's id, or the name of its file. */
  readonly title: string
  /** The name of the queue that rows and redriven dead letters are sent to. */
  readonly requestQueue: string
  readonly startedAtMs: number
}

/** `snapshot` replaces all rows, `delta` the rows that it contains; the first event of a stream is a snapshot. */
export interface StreamEvent {
  readonly event: 'snapshot' | 'delta'
  readonly head: CampaignHead
  /** The server's clock. */
  readonly nowMs: number
  readonly rows: readonly RecordedRow[]
}

/** A dead letter without its body and its raw attributes. */
export type ConsoleDeadLetter = ReturnType<typeof listedFacts> & {
  /** Its code, or its origin in brackets. */
  readonly group: string
  /** Whether it can be sent if a `notAfter` in the past is dropped. */
  readonly renewable: boolean
}

export interface ConsoleDeadLetters {
  readonly letters: readonly ConsoleDeadLetter[]
  /** About how many more other readers hold. */
  readonly elsewhere: number
  readonly readAtMs: number
  readonly retentionMs: number | undefined
}

export interface RedriveCommand {
  readonly messageIds: readonly string[]
  /** A `notAfter` in the past is dropped. */
  readonly renew: boolean
}

export interface RedriveSummary {
  readonly sent: number
  /** The sender that the policy evaluates, if known. */
  readonly senderId?: string
  /** Those not sent, or still on the dead-letter queue, by reason. */
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

/** Undefined if the text is not a valid command. */
export function readRedriveCommand(text: string): RedriveCommand | undefined {
  try {
    const read = v.safeParse(RedriveCommandSchema, JSON.parse(text))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}
