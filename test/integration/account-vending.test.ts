/** The recipe of docs/account-vending.md, from its event to the result. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { VENDING_DETAIL_TYPE } from '../../lib/domain/envelope.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { type Running, start } from '../support/process.js'

let cloud: TestCloud
let worker: Running
afterEach(async () => {
  worker.child.kill('SIGKILL')
  await cloud.stop()
})

const blocks = [...readFileSync('docs/account-vending.md', 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, text]) => JSON.parse(text ?? ''),
)
const entry = blocks.find((block) => block.DetailType !== undefined)
const policy = blocks.find((block) => block.rules !== undefined)

/** The message that EventBridge sends to the target queue for an entry of PutEvents. */
const delivered = (id: string) =>
  JSON.stringify({
    version: '0',
    id,
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: '123456789012',
    time: new Date().toISOString(),
    region: 'eu-west-1',
    resources: [],
    detail: JSON.parse(entry.Detail),
  })

describe('account vending', () => {
  it('attaches the network of a new account with its own queue and grant role, from the event of the recipe', async () => {
    expect(entry.DetailType).toBe(VENDING_DETAIL_TYPE)
    const { childInstanceId, childInstanceOwnerId } = JSON.parse(entry.Detail)
    cloud = await startCloud({
      limits: { attachMs: 50 },
      grantsMissing: [{ childInstanceId }],
      roles: [{ roleName: 'cen-attach-grant', accountId: childInstanceOwnerId }],
    })
    const queue = cloud.env.REQUEST_QUEUE_URL?.split('/').at(-1) ?? ''
    const ours = JSON.stringify(policy).replace('cen-attach-vending', queue)
    worker = start(['worker'], { ...cloud.env, GRANT_ROLE_NAME: 'cen-attach-grant', ATTACHMENT_POLICY: ours })
    const id = randomUUID()
    await cloud.send(delivered(id), delivered(id))
    await cloud.results(2)
    await cloud.until(async () => (await cloud.left()) === 0)
    const results = await cloud.allResults()
    expect(new Set(results.map((result) => result.id)).size).toBe(1)
    expect(results[0]?.data).toMatchObject({ requestId: id, outcome: 'attached', campaignId: 'vending' })
    const calls = cloud.emulator.journal.map(({ action, code }) => `${action} ${code}`)
    expect(calls).toContain('GrantInstanceToCen OK')
    expect(calls.filter((call) => call === 'AttachCenChildInstance OK')).toHaveLength(1)
  })
})
