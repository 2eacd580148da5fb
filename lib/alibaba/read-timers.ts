/** Ends each read timer of `httpx`, below the SDK core, with the answer that it is for. */
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'

/**
 * `httpx` 2.3 starts a timer for each request, keeps it on the socket, and ends it in its own `read`, which the core does not
 * use. Left alone it keeps request and answer in memory until it fires, makes an error of a call that was long over, and
 * ends the timer of whichever call the connection carries by then.
 */
const NAME = 'TIMER::READ_TIMER'

let symbol: symbol | undefined
let watches = false

/** From the first call on, for all requests of this process; those that have no such timer are left alone. */
export function endReadTimers(): void {
  if (watches) return
  watches = true
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const socket = request.socket as { [key: symbol]: NodeJS.Timeout | undefined } | null
    if (socket === null) return
    symbol ??= Object.getOwnPropertySymbols(socket).find(({ description }) => description === NAME)
    const timer = symbol && socket[symbol]
    // By the answer's end another request may have the connection, and a timer of its own on it.
    if (timer) response.once('close', () => clearTimeout(timer))
  })
}
