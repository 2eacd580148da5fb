/** What `httpx`, below the SDK core, leaves undone with an answer: its read timer goes on, and its body may have any length. */
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { TOO_LONG } from './call-failure.js'

/**
 * `httpx` 2.3 starts a timer for each request, keeps it on the socket, and ends it in its own `read`, which the core does not
 * use. Left alone it keeps request and answer in memory until it fires, makes an error of a call that was long over, and
 * ends the timer of whichever call the connection carries by then.
 */
const NAME = 'TIMER::READ_TIMER'
/** The longest answer that is read, in bytes; a page of fifty entries has a hundredth of it. */
export const MOST_ANSWER_BYTES = 4 * 1_048_576

let symbol: symbol | undefined
let watches = false

/** From the first call on, for all answers to `httpx` in this process; those of other clients have no such timer and are left alone. */
export function watchAnswers(): void {
  if (watches) return
  watches = true
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const socket = request.socket as { [key: symbol]: NodeJS.Timeout | undefined } | null
    if (socket === null) return
    symbol ??= Object.getOwnPropertySymbols(socket).find(({ description }) => description === NAME)
    const timer = symbol && socket[symbol]
    if (!timer) return
    // By the answer's end another request may have the connection, and a timer of its own on it.
    response.once('close', () => clearTimeout(timer))
    bound(response)
  })
}

/** The core keeps every chunk until the end; what comes in is counted where the parser hands it over, so that nobody misses a chunk. */
function bound(response: IncomingMessage): void {
  // The core does not unpack; `httpx.read` does, to any length, though nobody asks for packed answers.
  delete response.headers['content-encoding']
  const push = response.push.bind(response)
  let bytes = 0
  response.push = (chunk: Buffer | null, encoding) => {
    bytes += chunk?.length ?? 0
    if (bytes <= MOST_ANSWER_BYTES) return push(chunk, encoding)
    response.destroy(Object.assign(new Error(`more than ${MOST_ANSWER_BYTES} bytes`), { name: TOO_LONG }))
    return false
  }
}
