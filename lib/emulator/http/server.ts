/** The emulator's HTTP server: Alibaba's RPC style on loopback, with the transport faults of the plan. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { EmulatedCall } from '../actions/action.js'
import { ApiError } from '../api-error.js'
import { readOidcKeys } from '../auth/oidc.js'
import type { ApiAnswer, Emulator } from '../emulator.js'
import type { SelfSigned } from './certificate.js'
import { CONTROL_PATH, control, type ShiftedClock } from './control.js'
import { readCall } from './read-call.js'

interface EmulatorServer {
  /** `http://127.0.0.1:PORT`, or https: one endpoint for all products. */
  readonly url: string
  stop(): Promise<void>
}

/** Node's default closes idle connections after 5 s, which can reset a call that reuses one; in milliseconds. */
const KEEP_ALIVE_MS = 72_000

/** Listens on loopback only, with a certificate over https only. Rejects if the port is in use. */
export async function startEmulatorServer(
  emulator: Emulator,
  clock: ShiftedClock,
  port = 0,
  tls?: SelfSigned,
): Promise<EmulatorServer> {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, emulator, clock).catch(() => response.destroy())
  }
  const options = { keepAliveTimeout: KEEP_ALIVE_MS }
  const server = tls ? createTlsServer({ ...options, ...tls }, listener) : createServer(options, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  emulator: Emulator,
  clock: ShiftedClock,
): Promise<void> {
  const body = await readText(request)
  const url = new URL(request.url ?? '/', 'http://emulator')
  if (url.pathname.startsWith(CONTROL_PATH)) {
    const controlAnswer = control(request.method ?? '', url.pathname, body, emulator, clock)
    response.writeHead(controlAnswer.http, { 'content-type': 'application/json' })
    response.end(JSON.stringify(controlAnswer.body))
    return
  }
  const { method = '', headers } = request
  const signed = { method, pathname: url.pathname, query: [...url.searchParams], headers, body }
  let call: EmulatedCall
  try {
    call = readCall(signed, emulator.world, clock.now())
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return send(response, {
      http: error.http,
      body: { RequestId: 'UNSIGNED', Code: error.code, Message: error.message },
    })
  }
  await readOidcKeys(call, emulator.world)
  const { answer: apiAnswer, transportFault } = emulator.handle(call)
  if (transportFault === undefined) return send(response, apiAnswer)
  if ('delayMs' in transportFault) {
    await clock.sleep(transportFault.delayMs)
    return send(response, apiAnswer)
  }
  if ('html' in transportFault) {
    response.writeHead(transportFault.html, { 'content-type': 'text/html' })
    return void response.end('<html><body><h1>Service Unavailable</h1></body></html>')
  }
  if ('reset' in transportFault) request.socket.resetAndDestroy()
  // A silence leaves the connection open without an answer.
}

function send(response: ServerResponse, { http, body, retryAfterMs }: ApiAnswer): void {
  const retryAfter = retryAfterMs === undefined ? {} : { 'x-acs-retry-after': String(retryAfterMs) }
  response.writeHead(http, { 'content-type': 'application/json;charset=utf-8', ...retryAfter })
  response.end(JSON.stringify(body))
}

async function readText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
