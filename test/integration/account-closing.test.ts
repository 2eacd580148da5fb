/** The recipe "Closing an account" of docs/account-vending.md: detach, revoke, wait for the result; only then is the account free. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { type Running, start } from '../support/process.js'
import { writesOf } from '../support/sim/detach.js'

let cloud: TestCloud
let worker: Running
afterEach(async () => {
  worker.child.kill('SIGKILL')
  await cloud.stop()
})

const [, recipe = ''] = readFileSync('docs/account-vending.md', 'utf8').split('## Closing an account')
const blocks = [...recipe.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? ''))
const entry = blocks.find((block) => block.DetailType !== undefined)
const policy = blocks.find((block) => block.rules !== undefined)

describe('closing an account', () => {
  it('detaches its network and takes the grant back before the result lets the pipeline go on', async () => {
    const { cenId, childInstanceId, childInstanceOwnerId: ownerId } = JSON.parse(entry.Detail)
    cloud = await startCloud({
      editions: { default: 'Enterprise' },
      limits: { detachMs: 100, routeMs: 20, associateMs: 20 },
      attached: [{ cenId, childInstanceId }],
      childInstances: [{ childInstanceId, regionId: 'cn-hangzhou', ownerId }],
      roles: [{ roleName: 'cen-attach-grant', accountId: ownerId }],
    })
    const queue = cloud.env.REQUEST_QUEUE_URL?.split('/').at(-1) ?? ''
    const ours = JSON.stringify(policy).replace('cen-attach-closing', queue)
    worker = start(['worker'], { ...cloud.env, GRANT_ROLE_NAME: 'cen-attach-grant', ATTACHMENT_POLICY: ours })
    const id = randomUUID()
    await cloud.send(
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
      }),
    )
    const [result] = await cloud.results(1)
    expect(result?.data).toMatchObject({ requestId: id, action: 'detach', outcome: 'detached', campaignId: 'closing' })
    const writes = writesOf(cloud.emulator.journal)
    expect(writes.at(-2)).toBe('DeleteTransitRouterVpcAttachment')
    expect(writes.at(-1)).toBe('RevokeInstanceFromTransitRouter')
    const { world } = cloud.emulator
    expect(world.enterprise.records.attachments.all(Date.now())).toEqual([])
    const cen = world.cen(cenId)
    expect(cen && world.grants.made(childInstanceId, cen, Date.now())).toBeUndefined()
  })
})
