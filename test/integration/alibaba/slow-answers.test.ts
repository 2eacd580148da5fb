/** A slow server is waited for, on a new connection and on a reused one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedKeys } from '../../../lib/alibaba/credentials/key-source.js'
import { createFc2Invoke } from '../../../lib/alibaba/function/invoke-fc2.js'
import { createFc3Invoke } from '../../../lib/alibaba/function/invoke-fc3.js'
import { createRpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import type { FunctionLocation } from '../../../lib/config/function-compute.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'

/** Longer than the default timeout of `httpx`, 3 s. */
const SLOW_MS = 3_500
const PATIENCE_MS = 8_000

const server = createServer((_request, response) => {
  setTimeout(() => response.setHeader('content-type', 'application/json').end('{"RequestId":"r"}'), SLOW_MS)
})
let endpoint: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

const keys = fixedKeys(HOME_ACCOUNT)
const location = (): FunctionLocation => ({
  accountId: HOME_ACCOUNT.accountId,
  region: 'cn-hangzhou',
  endpoint,
  service: 'network',
  functionName: 'attach',
})

it.concurrent.each([
  [
    'an API of Alibaba',
    () => {
      const call = createRpcCall({ endpoint, version: '2017-09-12' }, keys, systemClock)
      return () => call('AttachCenChildInstance', {}, { deadlineMs: Date.now() + PATIENCE_MS })
    },
  ],
  [
    'a function of Function Compute 3.0',
    () => {
      const invoke = createFc3Invoke(location(), keys)
      return () => invoke('{}', PATIENCE_MS)
    },
  ],
  [
    'a function of Function Compute 2.0',
    () => {
      const invoke = createFc2Invoke(location(), keys)
      return () => invoke('{}', PATIENCE_MS)
    },
  ],
])('%s', async (_name, connect) => {
  const call = connect()
  expect(await call()).toMatchObject({ ok: true })
  expect(await call()).toMatchObject({ ok: true })
})
