/** Writes that must not happen, and outcomes that must not be reported: whole passes in the simulator. */
import { expect, it } from 'vitest'
import { createCircuitBreaker } from '../../lib/admission/circuit-breaker.js'
import { createStateReader } from '../../lib/alibaba/basic/state-reader.js'
import { failureOf } from '../../lib/domain/failure.js'
import { createPolicy } from '../../lib/policy/policy.js'
import { readPolicyFile } from '../../lib/policy/schema.js'
import { handleMessage } from '../../lib/reconcile/handle-message.js'
import { createTestContext, failure, message, NOW_MS, no, ok } from '../support/reconcile-context.js'
import {
  ATTACHED,
  BOTH_ACTIONS,
  detach,
  detachSim,
  ENTERPRISE,
  OWNER,
  sentWrites,
  VPC,
  writesOf,
} from '../support/sim/detach.js'
import { createSim, request } from '../support/sim/sim.js'
import { createVirtualClock } from '../support/sim/virtual-clock.js'

const policyOf = (rule: object, more: object = {}) => {
  const read = readPolicyFile(
    JSON.stringify({
      version: 1,
      ...more,
      rules: [{ id: 'a', senders: ['*'], cenIds: ['*'], ownerIds: ['*'], actions: ['attach', 'detach'], ...rule }],
    }),
  )
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return createPolicy(read.file)
}

it.each([
  ['detach', ENTERPRISE],
  ['attach', ENTERPRISE],
  ['detach', {}],
] as const)('%s: nothing is written to a network of another owner than it names', async (action, edition) => {
  const mine = '1700000000000003'
  const routing = action === 'attach' ? { associationRouteTableId: 'none', propagationRouteTableIds: 'none' } : {}
  const enterprise = edition === ENTERPRISE ? { vpcRoutes: 'none', ...routing } : {}
  const sim = detachSim({
    world: {
      ...edition,
      attached: [{ ...ATTACHED[0], ...enterprise }],
      childInstances: [{ childInstanceId: VPC, ownerId: OWNER }],
    },
    policy: policyOf({ ownerIds: [mine] }),
  })
  const options = action === 'attach' ? { vpcRoutes: 'none' } : {}
  sim.queue.send(request({ action, childInstanceId: VPC, childInstanceOwnerId: mine, ...options }), {
    senderId: 'AIDAMINE',
  })
  await sim.run()
  expect(writesOf(sim.emulator.journal)).toEqual([])
})

it.each(['InvalidParameter', 'NoPermission'])(
  'a network is not reported as detached because the edition cannot be read: %s',
  async (code) => {
    const sim = detachSim({
      world: { ...ENTERPRISE, faults: [{ action: 'ListTransitRouters', fault: { code, http: 400 } }] },
    })
    sim.queue.send(detach())
    await sim.run({ forMs: 30 * 3_600_000 })
    expect(sim.results.map(({ data }) => data.outcome)).not.toContain('detached')
  },
)

it('a network is detached on Basic Edition without the right to list transit routers', async () => {
  const faults = [{ action: 'ListTransitRouters', fault: { code: 'NoPermission', http: 400 } }]
  const sim = detachSim({ world: { faults } })
  sim.queue.send(detach())
  await sim.run({ forMs: 3_600_000 })
  expect(sim.results.map(({ data }) => data.outcome)).toEqual(['detached'])
})

it('an attachment is not absent because another one has left the list', async () => {
  const clock = createVirtualClock()
  let list = Array.from({ length: 60 }, (_, index) => `vpc-${100 + index}`)
  const entry = (id: string) => ({
    ChildInstanceId: id,
    ChildInstanceType: 'VPC',
    ChildInstanceRegionId: 'cn-hangzhou',
    Status: 'Attached',
  })
  const read = createStateReader(async (action, query) => {
    await clock.sleep(20)
    const page = Number(query.PageNumber)
    return action === 'DescribeCenAttachedChildInstances'
      ? ok({
          RequestId: 'r',
          TotalCount: list.length,
          ChildInstances: { ChildInstance: list.slice((page - 1) * 50, page * 50).map(entry) },
        })
      : ok({ RequestId: 'r', ...entry(String(query.ChildInstanceId)) })
  }, clock)
  const statuses = async (...ids: string[]) => {
    const attachment = { cenId: 'cen-1', childInstanceType: 'VPC', childInstanceRegionId: 'cn-hangzhou' } as const
    const all = Promise.all(
      ids.map((childInstanceId) => read({ ...attachment, childInstanceId }, { deadlineMs: Infinity, exact: true })),
    )
    await clock.run(() => false, clock.now() + 5_000)
    return (await all).map((answer) => answer.ok && answer.value.status)
  }
  await statuses(...list.slice(0, 5), ...list.slice(55))
  list = ['vpc-new', ...list.filter((id) => id !== 'vpc-155')]
  expect(await statuses('vpc-new', 'vpc-156')).toEqual(['attached', 'attached'])
})

const granted = {
  childInstances: [{ childInstanceId: VPC, ownerId: OWNER }],
  roles: [{ roleName: 'grantor', accountId: OWNER }],
}
it.each([
  ['after notAfter', { notAfter: '2026-11-25T12:01:00Z' }, {}],
  ['in a freeze', {}, { freezes: [{ from: '2026-11-25T12:00:30Z', until: '2026-11-26T12:00:00Z' }] }],
])('no grant is taken back %s', async (_when, fields, freezes) => {
  const sim = detachSim({
    grantRole: 'grantor',
    policy: policyOf({}, freezes),
    world: { ...granted, limits: { detachMs: 59_000 } },
  })
  sim.queue.send(detach({ childInstanceOwnerId: OWNER, revokeGrant: true, ...fields }), { senderId: 'AIDAX' })
  await sim.run()
  expect(sentWrites(sim.emulator.journal)).toEqual(['DetachCenChildInstance OK'])
})

it.each([
  [
    'blocked detaches',
    (index: number) => ({ childInstanceId: `vpc-${index}`, blockers: [{ kind: 'flow-log', id: `fl-${index}` }] }),
    { action: 'detach' },
  ],
  [
    'invalid requests',
    (index: number) => ({ childInstanceId: `vpc-${index}`, regionId: 'cn-hangzhou' }),
    { associationRouteTableId: 'vtb-nope' },
  ],
] as const)('%s open no circuit breaker', async (_name, child, fields) => {
  const cenOf = (index: number) => (index % 2 ? 'cen-one' : 'cen-two')
  const children = Array.from({ length: 40 }, (_, index) => child(index))
  const attached =
    'action' in fields
      ? children.map(({ childInstanceId }, index) => ({ cenId: cenOf(index), childInstanceId, vpcRoutes: 'none' }))
      : []
  const sim = detachSim({ world: { ...ENTERPRISE, attached, childInstances: children } })
  for (const [index, { childInstanceId }] of children.entries())
    sim.queue.send(request({ childInstanceId, cenId: cenOf(index), ...fields }))
  await sim.run({ forMs: 12 * 3_600_000 })
  expect(sim.lines.filter(({ event }) => event === 'intake:paused')).toEqual([])
})

it.each([
  ['a detach', {}, ATTACHED[0], { action: 'detach' }, false],
  [
    'a routing',
    ENTERPRISE,
    { ...ATTACHED[0], vpcRoutes: 'none', associationRouteTableId: 'none', propagationRouteTableIds: 'none' },
    {},
    false,
  ],
] as const)(
  '%s is not called adopted because its result was published at the second try',
  async (_name, edition, attached, fields, adopted) => {
    const sim = detachSim({ world: { ...edition, attached: [attached] }, refusals: { publish: 1 } })
    sim.queue.send(request({ childInstanceId: VPC, ...fields }))
    await sim.run()
    expect(sim.results.map(({ data }) => data.adopted)).toEqual([adopted])
  },
)

it('a VBR is attached though its old attachment is listed as Detached', async () => {
  const old = { TransitRouterAttachmentId: 'tr-attach-old', VbrId: 'vbr-app', Status: 'Detached', CenId: 'cen-one' }
  const sim = createSim({
    policy: BOTH_ACTIONS,
    world: { ...ENTERPRISE, childInstances: [{ childInstanceId: 'vbr-app', regionId: 'cn-hangzhou' }] },
    between: (call) => async (action, query, limits) => {
      const answer = await call(action, query, limits)
      if (action !== 'ListTransitRouterVbrAttachments' || !answer.ok) return answer
      return ok({
        ...answer.value,
        TransitRouterAttachments: [old, ...(answer.value.TransitRouterAttachments as object[])],
      })
    },
  })
  sim.queue.send(request({ childInstanceId: 'vbr-app' }))
  await sim.run({ forMs: 30 * 3_600_000 })
  expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
})

it('a detach writes nothing while a blocker could not be read', async () => {
  const blockers = [{ kind: 'flow-log', id: 'fl-1' }]
  const faults = [{ action: 'DescribeFlowlogs', nth: 1, fault: { code: 'Some.Unlisted', http: 400 } }]
  const sim = detachSim({ world: { ...ENTERPRISE, childInstances: [{ childInstanceId: VPC, blockers }], faults } })
  sim.queue.send(detach())
  await sim.run()
  expect(writesOf(sim.emulator.journal)).toEqual([])
})

it('the circuit breaker is closed by no earlier reading', async () => {
  const sim = createSim({
    concurrency: 10,
    world: { ...ENTERPRISE, limits: { attachesAtOnce: 40 } },
    between: (call) => async (action, query, limits) => {
      if (sim.clock.now() < revokedAtMs) return call(action, query, limits)
      await sim.clock.sleep(40)
      return no(failureOf({ code: 'InvalidAccessKeyId.NotFound' }))
    },
  })
  const revokedAtMs = sim.clock.now() + 20_000
  for (let index = 0; index < 400; index++) sim.queue.send(request())
  await sim.run({ forMs: 200_000, done: () => false })
  const breaker = sim.lines.map(({ event }) => event).filter((event) => event.startsWith('intake:'))
  expect(breaker).toEqual(['intake:paused'])
})

it('no write is sent after notAfter, however long its plan takes', async () => {
  const sim = createSim({
    latencyMs: 200,
    world: { ...ENTERPRISE, childInstances: [{ childInstanceId: VPC, regionId: 'cn-hangzhou' }] },
  })
  const notAfterMs = sim.clock.now() + 2_000
  sim.queue.send(request({ childInstanceId: VPC, notAfter: new Date(notAfterMs).toISOString() }))
  await sim.run()
  expect(sim.emulator.journal.filter(({ action, atMs }) => action.startsWith('Create') && atMs >= notAfterMs)).toEqual(
    [],
  )
})

it('a message that a probe holds back is tried again soon', () => {
  const breaker = createCircuitBreaker(() => undefined)
  const at = {
    cenId: 'cen-1',
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
  } as const
  const refused = failureOf({ code: 'InvalidAccessKeyId.NotFound' })
  let nowMs = 0
  for (let probe = 0; probe < 6; probe++) {
    breaker.observe('read', at, refused, nowMs)
    nowMs += breaker.admit('read', at, nowMs)
    expect(breaker.admit('read', at, nowMs)).toBe(0)
  }
  expect(breaker.admit('read', at, nowMs + 1)).toBeLessThanOrEqual(5_000)
})

it('no write begins with less than half a second left', async () => {
  let now = NOW_MS
  const { context, driver } = createTestContext({ clock: { now: () => now, sleep: async () => undefined } })
  driver.observe.mockImplementation(async () => {
    now += 27_990
    return ok({ status: 'absent' as const })
  })
  await handleMessage(message({ body: request() }), context, NOW_MS + 30_000)
  expect(driver.attach).not.toHaveBeenCalled()
})

it('a request whose state cannot be read ends before the redrive policy of the queue acts', async () => {
  const { context, driver } = createTestContext()
  driver.observe.mockResolvedValue(no(failure('unavailable', 'ServiceUnavailable')))
  const body = request({ notAfter: new Date(NOW_MS + 3_600_000).toISOString() })
  expect(await handleMessage(message({ body, receiveCount: 990 }), context)).toMatchObject({ action: 'dead-letter' })
})
