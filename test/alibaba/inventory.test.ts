/** What is attached to a CEN, of both editions, read from the emulator. */
import { describe, expect, it } from 'vitest'
import { readCenInventory } from '../../lib/alibaba/inventory.js'
import { createTestEmulator, HOME, OWNER } from '../support/emulated.js'
import { emulatedCall } from '../support/sim/sim.js'

const VPCS = Array.from({ length: 130 }, (_, index) => `vpc-e${index}`)
const WORLD = {
  editions: { default: 'Basic', regions: { 'cn-hangzhou': 'Enterprise' } },
  cens: [{ cenId: 'cen-1' }],
  childInstances: [
    ...VPCS.map((childInstanceId) => ({ childInstanceId, regionId: 'cn-hangzhou' })),
    { childInstanceId: 'vpc-b', regionId: 'cn-beijing', ownerId: OWNER },
    { childInstanceId: 'vbr-e', regionId: 'cn-hangzhou' },
  ],
  attached: [
    ...VPCS.map((childInstanceId, index) => ({
      ...{ cenId: 'cen-1', childInstanceId },
      ...(index === 1 && { managedService: 'CloudBox' }),
    })),
    { cenId: 'cen-1', childInstanceId: 'vpc-b' },
    { cenId: 'cen-1', childInstanceId: 'vbr-e' },
  ],
}
const limits = { deadlineMs: Number.POSITIVE_INFINITY }
const read = (world: object = {}) => {
  const { emulator } = createTestEmulator({ ...WORLD, ...world })
  const cbn = emulatedCall(emulator, '2017-09-12', async () => undefined)
  return readCenInventory(cbn, 'cen-1', limits)
}

describe('the inventory of a CEN', () => {
  it('has the attachments of both editions, to the end of each list, each once', async () => {
    const answer = await read()
    if (!answer.ok) throw new Error(answer.failure.code)
    const { entries, unread } = answer.value
    expect(unread).toEqual([])
    expect(entries.map(({ childInstanceId }) => childInstanceId).sort()).toEqual([...VPCS, 'vpc-b', 'vbr-e'].sort())
    const find = (id: string) => entries.find(({ childInstanceId }) => childInstanceId === id)
    const enterprise = { edition: 'enterprise', regionId: 'cn-hangzhou', ownerId: HOME, status: 'attached' }
    expect(find('vpc-e0')).toMatchObject({ ...enterprise, type: 'VPC' })
    expect(find('vpc-e1')).toMatchObject({ ...enterprise, managedService: 'CloudBox' })
    expect(find('vbr-e')).toMatchObject({ ...enterprise, type: 'VBR' })
    expect(find('vpc-b')).toMatchObject({ type: 'VPC', regionId: 'cn-beijing', ownerId: OWNER, status: 'attached' })
    expect(find('vpc-b')).not.toHaveProperty('edition')
  })

  it('names the lists that RAM denies', async () => {
    const denied = (action: string) => ({ accounts: [{ accountId: HOME, denied: [action] }] })
    const routers = await read(denied('ListTransitRouters'))
    expect(routers.ok && routers.value.unread).toEqual([expect.stringContaining('ListTransitRouters')])
    expect(routers.ok && routers.value.entries).toHaveLength(1)
    const vbrs = await read(denied('ListTransitRouterVbrAttachments'))
    expect(vbrs.ok && vbrs.value.unread).toEqual([expect.stringMatching(/^the VBRs of cen-1 in cn-hangzhou/)])
  })

  it.each(['DescribeCenAttachedChildInstances', 'ListTransitRouters', 'ListTransitRouterVpcAttachments'])(
    'fails if %s cannot be read',
    async (action) => {
      const answer = await read({ faults: [{ action, fault: { code: 'ServiceUnavailable' } }] })
      expect(answer).toMatchObject({ ok: false, failure: { code: 'ServiceUnavailable' } })
    },
  )

  it('is empty for a CEN that does not exist', async () => {
    expect(await read({ cens: [], attached: [] })).toEqual({ ok: true, value: { entries: [], unread: [] } })
  })
})
