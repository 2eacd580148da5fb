/** Answers that are not the API's, through the SDK core over a real socket: their meaning, and how much of them is read. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedKeys } from '../../../lib/alibaba/credentials/key-source.js'
import { createFc2Invoke } from '../../../lib/alibaba/function/invoke-fc2.js'
import { createRpcCall, type RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'

const MIB = 1_048_576
let write: (response: ServerResponse) => void = (response) => void response.end()
const server = createServer((request, response) => {
  request.resume()
  write(response)
})
let endpoint: string
let call: RpcCall
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  call = createRpcCall({ endpoint, version: '2017-09-12' }, fixedKeys(HOME_ACCOUNT), systemClock)
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const ask = () => call('DescribeCens', {}, { deadlineMs: Date.now() + 8_000 })
const said = (status: number, body: string, headers: Record<string, string> = {}) => {
  write = (response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  return ask()
}

describe('a body without an end', () => {
  it.each<[number, object]>([
    [200, {}],
    [400, {}],
    [500, {}],
    [200, { 'content-length': String(1_200 * MIB) }],
  ])(
    'is read to its bound and no further, and is no answer, under status %i with %j',
    async (status, headers) => {
      let sent = 0
      let over = false
      write = (response) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        const chunk = Buffer.alloc(64 * 1_024, ' ')
        const more = () => {
          for (;;) {
            if (over || sent >= 1_200 * MIB) return
            sent += chunk.length
            if (!response.write(chunk)) return void response.once('drain', more)
          }
        }
        response.on('close', () => {
          over = true
        })
        more()
      }
      const answer = await ask()
      expect(answer).toMatchObject({
        ok: false,
        failure: { code: 'UnreadableAnswer', message: 'the answer has too many bytes' },
      })
      // What the sockets' buffers hold was sent, and is not read.
      expect(sent).toBeLessThan(32 * MIB)
    },
    15_000,
  )

  it('is not read under a declared length that its encoding contradicts', async () => {
    let sent = 0
    write = ({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 16\r\nTransfer-Encoding: chunked\r\n\r\n')
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
      const more = () => {
        for (;;) {
          if (!socket?.writable || sent > 64 * MIB) return
          sent += chunk.length
          if (!socket.write(chunk)) return void socket.once('drain', more)
        }
      }
      socket?.on('error', () => undefined)
      more()
    }
    expect(await ask()).toMatchObject({ ok: false, failure: { kind: 'unavailable' } })
    expect(sent).toBeLessThan(32 * MIB)
  })

  it('does not affect the next call', async () => {
    expect(await said(200, '{"RequestId":"r"}')).toMatchObject({ ok: true })
  })
})

describe('a compressed answer', () => {
  it('is not decompressed, to whatever size it would be', async () => {
    // The client of Function Compute 2.0 would decompress it.
    const location = {
      accountId: HOME_ACCOUNT.accountId,
      region: 'cn-hangzhou',
      endpoint,
      service: 's',
      functionName: 'f',
    }
    const invoke = createFc2Invoke(location, fixedKeys(HOME_ACCOUNT))
    const answer = JSON.stringify({ RequestId: 'r' })
    write = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
    expect(await invoke('{}', 8_000)).toMatchObject({ ok: true })
    write = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(answer))
    }
    expect(await invoke('{}', 8_000)).toMatchObject({ ok: false, failure: { kind: 'unavailable' } })
  })
})

describe('an answer of another kind', () => {
  it.each<[string, number, string, Record<string, string>]>([
    ['a redirection', 302, '{"RequestId":"r"}', { location: 'http://127.0.0.1:1/' }],
    ['a status of no API', 207, '{"RequestId":"r"}', {}],
    ['null', 200, 'null', {}],
    ['null as a refusal', 400, 'null', {}],
    ['a list', 200, '[]', {}],
    ['a body that nests without an end', 200, '['.repeat(MIB), {}],
    ['XML without an error', 400, '<a/>', { 'content-type': 'text/xml;charset=utf-8' }],
    ['no code', 400, '{"RequestId":"r"}', {}],
    ['a code of blanks', 400, '{"Code":" ","RequestId":"r"}', {}],
  ])('is unreadable: %s', async (_name, status, body, headers) => {
    expect(await said(status, body, headers)).toMatchObject({
      ok: false,
      failure: { code: 'UnreadableAnswer', kind: 'unavailable' },
    })
  })

  it('cannot impose an unlimited wait', async () => {
    const answer = await said(429, '{"Code":"Throttling.User","RequestId":"r"}', {
      'x-acs-retry-after': '9'.repeat(40),
    })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'throttled', retryAfterMs: 300_000 } })
  })
})

describe('an answer that quotes the keys', () => {
  it('is reported without them, whatever name stands before them', async () => {
    const keys = {
      accessKeyId: 'LTAI-quoted',
      accessKeySecret: 'kJ3x9QmZ2vT7uL0pRwYcN5bHdEaG1s',
      securityToken: 'CAIS+token/of=session',
    }
    const quoted = createRpcCall({ endpoint, version: '2017-09-12' }, fixedKeys(keys), systemClock)
    const Message = `who sent ${keys.accessKeySecret} and ${keys.securityToken} (${encodeURIComponent(keys.securityToken)})?`
    write = (response) =>
      void response.writeHead(400).end(JSON.stringify({ Code: 'Brand.New', Message, RequestId: 'r' }))
    expect(await quoted('DescribeCens', {}, { deadlineMs: Date.now() + 8_000 })).toMatchObject({
      ok: false,
      failure: { code: 'Brand.New', message: 'who sent … and … (…)?' },
    })
  })
})
