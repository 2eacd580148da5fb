/** One invocation of the function, and what comes back over either API of Function Compute. */
import type { Answer } from '../ports.js'
import { functionFailure } from './fc-failure.js'

/** Resolves to the text that the function returned. Never rejects. */
export type Invoke = (event: string, timeoutMs: number) => Promise<Answer<string>>

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** A failed function has HTTP 200, too: its header tells. */
export function toInvocationAnswer(headers: Headers, body: string): Answer<string> {
  const errorType = headers['x-fc-error-type']
  if (errorType === undefined) return { ok: true, value: body }
  const requestId = headers['x-fc-request-id']
  return { ok: false, failure: functionFailure(String(errorType), body, requestId && String(requestId)) }
}
