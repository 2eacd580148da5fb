/** Detaching on Basic Edition, end to end on a virtual clock against the emulator. */
import { describe, expect, it } from 'vitest'
import { detach, detachSim, OWNER, sentWrites, VPC, writesOf } from '../../support/sim/detach.js'
import { request, type SimOptions } from '../../support/sim/sim.js'

const ROLE = { grantRole: 'grantor' }
const roles = [{ roleName: 'grantor', accountId: OWNER }]
const owned = { childInstances: [{ childInstanceId: VPC, ownerId: OWNER }], roles }

async function run(body: string, options: SimOptions = {}) {
  const sim = detachSim(options)
  sim.queue.send(body)
  await sim.run()
  const [result] = sim.results.filter(({ data }) => data.outcome !== 'grant-required')
  return {
    sim,
    data: result?.data,
    writes: writesOf(sim.emulator.journal),
    records: sim.emulator.world.records(sim.clock.now()),
  }
}

describe('a detach on Basic Edition', () => {
  it.each(['vpc-app', 'vbr-app', 'ccn-app'])('ends when %s was read to be gone', async (childInstanceId) => {
    const childInstanceRegionId = childInstanceId.startsWith('ccn') ? 'ccn-cn-shanghai' : 'cn-hangzhou'
    const attached = [{ cenId: 'cen-one', childInstanceId }]
    const childInstances = [{ childInstanceId, regionId: childInstanceRegionId }]
    const { data, writes, records } = await run(detach({ childInstanceId, childInstanceRegionId }), {
      world: { attached, childInstances, limits: { detachMs: 9_000 } },
    })
    expect(data).toMatchObject({ action: 'detach', outcome: 'detached', adopted: false })
    expect(data?.durationMs).toBeGreaterThanOrEqual(9_000)
    expect([writes, records]).toEqual([['DetachCenChildInstance'], []])
  })

  it('is not believed on a 200: the network is read until it is gone', async () => {
    const { data, sim } = await run(detach(), {
      world: { faults: [{ action: 'DetachCenChildInstance', nth: 1, fault: { reset: 'before' } }] },
    })
    expect(data).toMatchObject({ outcome: 'detached' })
    expect(sentWrites(sim.emulator.journal).length).toBeLessThanOrEqual(2)
  })

  it('of what is not attached is adopted without a write', async () => {
    const { data, writes } = await run(detach(), { world: { attached: [] } })
    expect(data).toMatchObject({ outcome: 'detached', adopted: true })
    expect(writes).toEqual([])
  })

  it('is not called adopted by a process that finds nothing because another has detached', async () => {
    const sim = detachSim()
    sim.queue.send(detach())
    await sim.run({ done: () => writesOf(sim.emulator.journal).length === 1 })
    sim.restart()
    await sim.run()
    expect(sim.results.map(({ data }) => [data.outcome, data.adopted])).toEqual([['detached', false]])
    expect(writesOf(sim.emulator.journal)).toHaveLength(1)
  })

  it('of another account names the owner of the CEN', async () => {
    const { data, sim } = await run(detach({ childInstanceOwnerId: OWNER }), { world: owned })
    expect(data).toMatchObject({ outcome: 'detached' })
    const call = sim.emulator.journal.find(({ action }) => action === 'DetachCenChildInstance')
    expect(call?.parameters).toMatchObject({ ChildInstanceOwnerId: OWNER, CenOwnerId: expect.stringMatching(/^\d+$/) })
  })

  it('that something blocks fails at once, with the command that removes it and its ids', async () => {
    const childInstances = [{ childInstanceId: VPC, blockers: [{ kind: 'private-zone' }] }]
    const { data, writes, sim } = await run(detach(), { world: { childInstances } })
    expect(data).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'Forbidden.PrivatezoneRouteExisted',
        kind: 'blocked',
        advice: expect.stringContaining(
          'aliyun cbn UnroutePrivateZoneInCenToVpc --CenId cen-one --AccessRegionId cn-hangzhou',
        ),
      },
    })
    expect(sim.queue.deadLetters[0]?.attributes).toMatchObject({ reason: 'rejected', errorKind: 'blocked' })
    expect(writes).toEqual([])
  })

  it('that was sent before the present attachment was made leaves it alone', async () => {
    const sim = detachSim({ world: { attached: [] } })
    sim.queue.send(detach())
    sim.emulator.world.put({
      cenId: 'cen-one',
      childInstanceId: VPC,
      status: 'Attached',
      endsAtMs: Infinity,
      attachedAtMs: sim.clock.now() + 60_000,
    })
    await sim.run()
    expect(sim.results[0]?.data).toMatchObject({ outcome: 'failed', error: { code: 'Superseded' } })
    expect(writesOf(sim.emulator.journal)).toEqual([])
  })
})

describe('an attach while a detach of the same network is under way', () => {
  it('waits until it is gone, then attaches', async () => {
    const sim = detachSim({ world: { limits: { detachMs: 20_000, attachMs: 1_000 } } })
    sim.queue.send(detach())
    await sim.run({ done: () => writesOf(sim.emulator.journal).length > 0 })
    sim.queue.send(request({ childInstanceId: VPC }))
    await sim.run()
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['detached', 'attached'])
    expect(writesOf(sim.emulator.journal)).toEqual(['DetachCenChildInstance', 'AttachCenChildInstance'])
  })
})

describe('revokeGrant', () => {
  it('is refused without a role in the account of the owner, before any call', async () => {
    const { data, sim } = await run(detach({ revokeGrant: true, childInstanceOwnerId: OWNER }), { world: owned })
    expect(data).toMatchObject({
      outcome: 'failed',
      error: { code: 'RequestInvalid', message: expect.stringMatching(/revokeGrant: needs GRANT_ROLE_NAME/) },
    })
    expect(writesOf(sim.emulator.journal)).toEqual([])
  })

  it('is refused without the account that made the grant', async () => {
    const { data } = await run(detach({ revokeGrant: true }), { ...ROLE, world: { roles } })
    expect(data?.error?.message).toMatch(/revokeGrant: needs childInstanceOwnerId/)
  })

  it.each([
    ['vpc-app', 'RevokeInstanceFromCen'],
    ['ccn-app', 'RevokeInstanceFromCbn'],
  ])('takes the grant of %s back after it is gone', async (childInstanceId, revoke) => {
    const childInstanceRegionId = childInstanceId.startsWith('ccn') ? 'ccn-cn-shanghai' : 'cn-hangzhou'
    const body = detach({ childInstanceId, childInstanceRegionId, childInstanceOwnerId: OWNER, revokeGrant: true })
    const { data, writes, sim } = await run(body, {
      ...ROLE,
      world: {
        attached: [{ cenId: 'cen-one', childInstanceId }],
        childInstances: [{ childInstanceId, regionId: childInstanceRegionId, ownerId: OWNER }],
        roles,
      },
    })
    expect(data).toMatchObject({ outcome: 'detached', adopted: false })
    expect(writes).toEqual(['DetachCenChildInstance', revoke])
    const { world } = sim.emulator
    const cen = world.cen('cen-one')
    expect(cen && world.grants.made(childInstanceId, cen, sim.clock.now())).toBeUndefined()
    const session = sim.emulator.journal.find(({ action }) => action === 'AssumeRole')
    expect(JSON.parse(session?.parameters.Policy ?? '').Statement).toEqual([
      expect.objectContaining({
        Action: expect.stringMatching(`:${revoke}$`),
        Resource: expect.stringContaining(childInstanceId),
      }),
    ])
  })

  it('is also done if nothing was attached, and waits for another task', async () => {
    const faults = [{ action: 'RevokeInstanceFromCen', times: 4, fault: { code: 'TaskConflict', http: 409 } }]
    const { data, writes } = await run(detach({ revokeGrant: true, childInstanceOwnerId: OWNER }), {
      ...ROLE,
      world: { ...owned, attached: [], faults },
    })
    expect(data).toMatchObject({ outcome: 'detached', adopted: true })
    expect(writes).toEqual(['RevokeInstanceFromCen'])
  })

  it('of a grant that is gone already is a success', async () => {
    const faults = [{ action: 'RevokeInstanceFromCen', fault: { code: 'InvalidInstanceId.NotFound', http: 404 } }]
    const { data } = await run(detach({ revokeGrant: true, childInstanceOwnerId: OWNER }), {
      ...ROLE,
      world: { ...owned, attached: [], faults, grantsMissing: [{ childInstanceId: VPC }] },
    })
    expect(data).toMatchObject({ outcome: 'detached' })
  })
})

describe('a dry detach', () => {
  it('answers with the calls in order', async () => {
    const body = detach({ dryRun: true, childInstanceOwnerId: OWNER, revokeGrant: true })
    const { data, writes } = await run(body, { ...ROLE, world: owned })
    expect(data).toMatchObject({ outcome: 'preflight', would: 'detach' })
    expect(data?.plan?.map(({ operation }) => operation)).toEqual(['DetachCenChildInstance', 'RevokeInstanceFromCen'])
    expect(writes).toEqual([])
  })

  it('of nothing is adopted; the plan has the grant that would be taken back', async () => {
    const body = detach({ dryRun: true, childInstanceOwnerId: OWNER, revokeGrant: true })
    const { data } = await run(body, { ...ROLE, world: { ...owned, attached: [] } })
    expect(data).toMatchObject({ would: 'adopt', plan: [{ operation: 'RevokeInstanceFromCen' }] })
  })
})
