/** The console's server: access, and the events of its stream. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordedRow } from '../../../lib/campaigns/record.js'
import type { ConsoleServer } from '../../../lib/console/server.js'
import { type ConsoleFixture, startConsoleFixture } from '../../support/console/console-fixture.js'
import { readConsole } from '../../support/console/console-reader.js'
import { sampleRecord } from '../../support/console/sample-record.js'

const record = sampleRecord(50)

describe('the server of the console', () => {
  let testConsole: ConsoleFixture
  let server: ConsoleServer
  let token: string
  let host: string
  beforeAll(async () => {
    testConsole = await startConsoleFixture(record)
    server = testConsole.server
    const url = new URL(server.url)
    token = url.hash.slice(1)
    host = url.host
  })
  afterAll(() => server.stop())

  interface Asked {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  }

  /** With any header, which neither browser nor fetch allows. */
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asked = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(`http://${host}`)
      const requested = request({ hostname, port, path, method, headers: { host, ...headers } }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece) => {
          text += piece
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      requested.on('error', reject)
      requested.end(body)
    })
  const own = () => ({ authorization: `Bearer ${token}`, origin: `http://${host}`, 'content-type': 'application/json' })
  const post = (headers: Readonly<Record<string, string>>, body = '{"messageIds":["m-1"],"renew":false}') =>
    ask('/api/redrive', { method: 'POST', headers, body })

  it('rejects if its port is taken', async () => {
    const { port } = new URL(server.url)
    await expect(startConsoleFixture(record, '', false, Number(port))).rejects.toThrow('EADDRINUSE')
  })

  it('listens on loopback, and has a token of 256 bits in the fragment of its address', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/)
  })

  it.each(['/', '/console.js', '/console.css', '/icon.svg'])('serves %s without a token', async (path) => {
    const { status, text } = await ask(path)
    expect(status).toBe(200)
    expect(text).not.toContain(token)
  })

  it('allows its page only its own files', async () => {
    const { headers } = await ask('/')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  const PATHS = ['/api/events', '/api/letters', '/api/charts/over-time?width=600', '/api/nothing']
  it.each(PATHS)('answers 401 for %s without the token, and with another one', async (path) => {
    expect((await ask(path)).status).toBe(401)
    expect((await ask(path, { headers: { authorization: `Bearer ${token}x` } })).status).toBe(401)
    expect((await ask(path, { headers: { authorization: 'Bearer' } })).status).toBe(401)
    expect((await ask(`${path}#${token}`, { headers: { cookie: `token=${token}` } })).status).toBe(401)
  })

  it.each([
    ['a name that was bound to this address afterwards', { host: 'rebound.example' }],
    ['another port of it', { host: '127.0.0.1:1' }],
    ['another site', { origin: 'https://evil.example' }],
    ['another server of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site, as the browser knows', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser knows', { 'sec-fetch-site': 'same-site' }],
  ])('says 403 to %s, with the token, too', async (_, headers) => {
    expect((await ask('/api/letters', { headers: { ...own(), ...headers } })).status).toBe(403)
    expect((await post({ ...own(), ...headers })).status).toBe(403)
  })

  it('serves its page for its own host names only', async () => {
    expect((await ask('/', { headers: { host: 'rebound.example' } })).status).toBe(403)
    expect((await ask('/', { headers: { host: `localhost:${new URL(server.url).port}` } })).status).toBe(200)
  })

  it('redrives for its own page only', async () => {
    const { authorization: _, ...untold } = own()
    expect((await post(untold)).status).toBe(401)
    const { origin: __, ...unnamed } = own()
    expect((await post(unnamed)).status).toBe(403)
    expect((await post({ ...own(), 'content-type': 'text/plain' })).status).toBe(415)
    expect((await ask('/api/redrive', { headers: own() })).status).toBe(404)
    expect(testConsole.redrives).toEqual([])
    expect(JSON.parse((await post(own())).text)).toEqual({ sent: 1, not: [] })
    expect(testConsole.redrives).toEqual([{ messageIds: ['m-1'], renew: false }])
  })

  it.each(['nothing', '{}', '{"messageIds":[],"renew":false}', '{"messageIds":["m"],"renew":false,"queueUrl":"x"}'])(
    'refuses the wish %s',
    async (body) => {
      expect((await post(own(), body)).status).toBe(400)
    },
  )

  it.each(['//', '/%', '/../../etc/passwd', '/console.js/'])('survives a request for %s', async (path) => {
    expect([401, 404]).toContain((await ask(path)).status)
  })

  it('draws the charts of the report in the requested width, within limits', async () => {
    for (const [width, drawn] of [
      ['500', 500],
      ['1e9', 2_400],
      ['-1', 240],
      ['x', 240],
    ]) {
      const { text } = await ask(`/api/charts/over-time?width=${width}`, { headers: own() })
      expect(text).toMatch(/^<svg/)
      expect(Number(/width="(\d+)"/.exec(text)?.[1])).toBe(drawn)
    }
  })

  it('sends all rows first, then only changed rows, several changes in one event', async () => {
    const reader = await readConsole(server.url)
    const { events } = reader
    await reader.until(() => events.length === 1)
    expect(events[0]?.event).toBe('snapshot')
    expect(events[0]?.rows).toEqual(record.rows)
    const [first, second] = record.rows as [RecordedRow, RecordedRow]
    for (let times = 0; times < 30; times++) server.streams.changed([first.requestId])
    server.streams.changed([second.requestId, 'unknown'])
    await reader.until(() => events.length === 2)
    expect(events[1]?.event).toBe('delta')
    expect(events[1]?.rows).toEqual([first, second])
    server.streams.changed([second.requestId])
    await reader.until(() => events.length === 3)
    expect(events[2]?.rows).toEqual([second])
    await reader.close()
  })
})
