/** The HTTP server of the console, on loopback only. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refusalOf } from './auth.js'
import { type ConsoleSource, createEventStreams, type EventStreams } from './event-streams.js'
import { json, send } from './respond.js'
import { type Assets, type ConsoleBackend, type Route, routesOf } from './routes.js'

export interface ConsoleServer {
  /** The token is in the fragment, which a browser does not send. */
  readonly url: string
  readonly streams: EventStreams
  stop(): Promise<void>
}

const BASE_URL = 'http://console'
const EVENTS = 'GET /api/events'
const MAX_BODY_BYTES = 8_388_608

/** Rejects if the port is taken. */
export async function startConsoleServer(
  backend: ConsoleBackend & ConsoleSource,
  assets: Assets,
  port = 0,
): Promise<ConsoleServer> {
  const token = randomBytes(32).toString('base64url')
  const routes = routesOf(backend, assets)
  const server = createServer((request, response) => {
    const { port: bound } = server.address() as AddressInfo
    const { method = '', headers } = request
    const path = request.url ?? ''
    const url = new URL(URL.canParse(path, BASE_URL) ? path : '/unreadable', BASE_URL)
    const name = `${method} ${url.pathname}`
    const route = routes.get(name)
    const refusal = refusalOf(method, headers, route?.open ?? false, { port: bound, token })
    if (refusal) return send(response, json({ why: refusal.why }, refusal.status))
    if (name === EVENTS) return streams.open(response)
    if (!route) return send(response, json({ why: `there is no ${name}` }, 404))
    answer(request, response, url, route).catch((error: Error) => {
      if (!response.headersSent) send(response, json({ why: error.message }, 502))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const streams = createEventStreams(backend)
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}/#${token}`,
    streams,
    stop: () =>
      new Promise((resolve) => {
        streams.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL, route: Route): Promise<void> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request) {
    bytes += (piece as Buffer).length
    if (bytes > MAX_BODY_BYTES) return send(response, json({ why: 'too long' }, 413))
    pieces.push(piece as Buffer)
  }
  send(response, await route.answer({ url, body: Buffer.concat(pieces).toString('utf8') }))
}
