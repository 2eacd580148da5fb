/** What a received message asks for, read once a receipt. */
import { type ParsedRequest, parseRequest } from './attachment-request.js'
import type { ReceivedMessage } from './received-message.js'

const read = new WeakMap<object, ParsedRequest>()

/** Reads the body, or answers what was read of it in this receipt before: every look at a message has the same body. Never throws. */
export function requestOf(message: ReceivedMessage, ttlMs: number): ParsedRequest {
  const by = message.receipt ?? message
  const known = read.get(by)
  if (known) return known
  const parsed = parseRequest(message.body, { sentAtMs: message.sentAtMs, ttlMs })
  read.set(by, parsed)
  return parsed
}
