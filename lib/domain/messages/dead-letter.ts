/** A dead letter: the original body, byte for byte, with the reason in the attributes. */
import { byteLength } from '../digest.js'
import type { DeadLetterReason } from '../error-codes.js'
import type { Failure } from '../failure.js'
import { cut, replaceControls } from '../foreign-text.js'
import type { SourceMessage } from './result.js'

export interface DeadLetter {
  readonly body: string
  /** At most 10, none empty, no control characters. */
  readonly attributes: Readonly<Record<string, string>>
}

export interface DeadLetterFacts {
  readonly reason: DeadLetterReason
  readonly failure: Failure
  readonly requestId: string
  /** The id of the failed result that was published. */
  readonly resultId: string
  /** The refused sender, if the policy refused the request. */
  readonly senderId?: string
}

/** The attributes that a dead letter may have; the original message had any others. */
export const DEAD_LETTER_ATTRIBUTES: ReadonlySet<string> = new Set([
  'reason',
  'errorCode',
  'errorKind',
  'advice',
  'requestId',
  'apiRequestId',
  'receiveCount',
  'requestedAt',
  'resultId',
  'senderId',
  'redriveCount',
  'truncated',
])

const ADVICE_BYTES = 4_096

/** SQS also counts the name of an attribute's data type. */
const TYPE_BYTES = byteLength('String')

/**
 * Builds a dead letter of at most `maxBytes`, body and attributes together. To fit, it drops `advice` first, then all
 * attributes but `reason`, `resultId` and `redriveCount`; then it cuts the body and adds `truncated`.
 */
export function toDeadLetter(message: SourceMessage, facts: DeadLetterFacts, maxBytes: number): DeadLetter {
  const { reason, failure, requestId, resultId, senderId } = facts
  const all = clean({
    reason,
    errorCode: failure.code,
    errorKind: failure.kind,
    // Somebody who reads the queue has only these attributes, and the message names the faults of the body.
    advice: reason === 'invalid-request' ? cut(`${failure.advice} ${failure.message}`, ADVICE_BYTES) : failure.advice,
    requestId,
    // A refusal by policy has no API request id; its sender id takes that place, since SQS allows 10 attributes.
    apiRequestId: senderId === undefined ? failure.apiRequestId : undefined,
    senderId,
    receiveCount: String(message.receiveCount),
    requestedAt: new Date(message.sentAtMs).toISOString(),
    resultId,
    // The next redrive counts on from here; without it two redrives would have the same result id.
    redriveCount: message.redriveCount === undefined ? undefined : String(message.redriveCount),
  })
  const { advice: _, ...withoutAdvice } = all
  const { redriveCount = '' } = all
  const minimal = clean({ reason, resultId, redriveCount })
  const body = byteLength(message.body)
  const attributes = [all, withoutAdvice, minimal].find((candidate) => body + sizeOf(candidate) <= maxBytes)
  if (attributes) return { body: message.body, attributes }
  const marked = { ...minimal, truncated: 'true' }
  return { body: cutToBytes(message.body, maxBytes - sizeOf(marked)), attributes: marked }
}

function clean(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(attributes)) {
    const text = value && replaceControls(value)
    if (text) kept[name] = text
  }
  return kept
}

const sizeOf = (attributes: Readonly<Record<string, string>>): number =>
  Object.entries(attributes).reduce((sum, [name, value]) => sum + byteLength(name) + TYPE_BYTES + byteLength(value), 0)

function cutToBytes(text: string, bytes: number): string {
  const cut = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, Math.max(1, bytes)))
  return byteLength(cut) <= bytes ? cut : cut.replace(/\uFFFD+$/, '')
}
