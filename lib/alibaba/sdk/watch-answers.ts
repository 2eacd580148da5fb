/** Ends the timers that `httpx` leaves behind, and bounds the answers that it buffers. */
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { TOO_LONG } from './call-failure.js'

/**
 * `httpx` 2.3 starts a timer for each request, stores it on the socket, and clears it in its own `read`, which the core does
 * not use. Uncleared it keeps request and answer in memory until it fires, raises an error for a finished call, and stops the
 * timer of the call that the connection carries by then.
 */
const READ_TIMER_NAME = 'TIMER::READ_TIMER'
/** The largest answer, in bytes; a page of fifty entries has about a hundredth of it. */
const MAX_ANSWER_BYTES = 4 * 1_048_576

let timerSymbol: symbol | undefined
let isSubscribed = false

/** Covers all later answers to `httpx` in this process; answers to other clients have no such timer and are unaffected. */
export function watchAnswers(): void {
  if (isSubscribed) return
  isSubscribed = true
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const socket = request.socket as { [key: symbol]: NodeJS.Timeout | undefined } | null
    if (socket === null) return
    timerSymbol ??= Object.getOwnPropertySymbols(socket).find(({ description }) => description === READ_TIMER_NAME)
    const timer = timerSymbol && socket[timerSymbol]
    if (!timer) return
    // When the answer ends, another request may already use the connection, with its own timer.
    response.once('close', () => clearTimeout(timer))
    limitSize(response)
  })
}

/**
 * The core buffers the whole answer. Node's parser ends an answer at its declared length; the bytes of any other are counted
 * as the parser pushes them, so that every chunk is counted.
 */
function limitSize(response: IncomingMessage): void {
  const { headers } = response
  // `httpx.read` would decompress an answer to any size; no request accepts compressed answers.
  if (headers['content-encoding'] !== undefined) delete headers['content-encoding']
  if (Number(headers['content-length']) <= MAX_ANSWER_BYTES) return
  const push = response.push.bind(response)
  let bytes = 0
  response.push = (chunk: Buffer | null, encoding) => {
    bytes += chunk?.length ?? 0
    if (bytes <= MAX_ANSWER_BYTES) return push(chunk, encoding)
    response.destroy(Object.assign(new Error(`more than ${MAX_ANSWER_BYTES} bytes`), { name: TOO_LONG }))
    return false
  }
}
