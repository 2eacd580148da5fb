/** An answer that arrives byte by byte is not a silence, and is not waited for beyond the call's timeout. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedKeys } from '../../../lib/alibaba/credentials/key-source.js'
import { createRpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'

const DROP_MS = 100
const PATIENCE_MS = 1_000

const connections = new Set<unknown>()
const server = createServer((request, response) => {
  connections.add(request.socket)
  response.setHeader('content-type', 'application/json')
  if (request.headers['x-acs-action'] === 'AttachCenChildInstance') trickle(response)
  else response.end('{"RequestId":"r"}')
})

function trickle(response: ServerResponse): void {
  const drops = setInterval(() => response.write(' '), DROP_MS)
  response.on('close', () => clearInterval(drops))
}

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

it('ends in time on a reused connection', async () => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = createRpcCall({ endpoint, version: '2017-09-12' }, fixedKeys(HOME_ACCOUNT), systemClock)
  const within = () => ({ deadlineMs: Date.now() + PATIENCE_MS })
  expect(await call('DescribeCens', {}, within())).toMatchObject({ ok: true })
  await systemClock.sleep(PATIENCE_MS / 2)
  // The time of the call before is over while this one is under way.
  expect(await call('AttachCenChildInstance', {}, within())).toMatchObject({
    ok: false,
    failure: { kind: 'unavailable' },
  })
  expect(connections.size).toBe(1)
}, 10_000)
