/** Reads the requests of messages: the passes of one delivery share one reading of the body. */
import { idempotencyKey } from '../domain/attachment.js'
import { type ParsedRequest, parseRequest } from '../domain/messages/request.js'
import type { ReceivedMessage } from '../messaging/received-message.js'

type ReadRequest = ParsedRequest & {
  /** The idempotency key of a detach of the same attachment; absent if the body is invalid. */
  readonly detachKey?: string
}

export interface RequestReader {
  /** Never throws. */
  read(message: ReceivedMessage): ReadRequest
}

/** `ttlMs`: how long a request without `notAfter` lives, in milliseconds. */
export function createRequestReader(ttlMs: number): RequestReader {
  const kept = new WeakMap<ReceivedMessage['handle'], ReadRequest>()
  return {
    read({ body, handle, sentAtMs }) {
      const before = kept.get(handle)
      if (before) return before
      const parsed = parseRequest(body, { sentAtMs, ttlMs })
      const read = parsed.ok ? { ...parsed, detachKey: idempotencyKey(parsed.request.attachment, 'detach') } : parsed
      kept.set(handle, read)
      return read
    },
  }
}
