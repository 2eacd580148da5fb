/** How long the SDK core waits for one call. */
import { RuntimeOptions } from '@darabonba/typescript'
import { watchAnswers } from './read-timers.js'

/**
 * `httpx` 2.3, below the core, hands what it calls the connect timeout to Node as the timeout of the socket, which ends
 * every silence, also that of a server at work on a call. So the two are one: neither its default of 3 s nor a shorter one.
 */
export function callRuntime(timeoutMs: number): RuntimeOptions {
  watchAnswers()
  return new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs })
}
