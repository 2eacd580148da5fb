/** A worker that is killed before any of its requests leaves, or after any answer has come, and started again. */
import { describe, expect, it } from 'vitest'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import { budget, figure } from '../../support/budget.js'
import { strayWrites, untrueOf, writesOf } from '../../support/sim/enterprise-invariants.js'
import { createSim, request, type SimOptions } from '../../support/sim/sim.js'

const OWNER = '1700000000000002'
const ONE = { cenId: 'cen-one', childInstanceId: 'vpc-a', childInstanceRegionId: 'cn-hangzhou' }
const VPC = { childInstanceId: 'vpc-a', regionId: 'cn-hangzhou' }

interface Scenario extends Pick<SimOptions, 'grantRole'> {
  readonly world: object
  readonly fields?: object
  /** The writes that are needed. */
  readonly writes: number
}

const SCENARIOS: Record<string, Scenario> = {
  'a region without a router': { world: { editions: { default: 'None' } }, writes: 7 },
  'an attachment that lacks its routing': {
    world: {
      childInstances: [VPC],
      attached: [
        { ...ONE, associationRouteTableId: 'none', propagationRouteTableIds: 'none', vpcRoutes: ['10.0.0.0/8'] },
      ].map(({ childInstanceRegionId: _, ...row }) => row),
    },
    writes: 4,
  },
  'published routes': { world: {}, fields: { vpcRoutes: 'published' }, writes: 3 },
  "another account's network": {
    world: {
      childInstances: [{ ...VPC, ownerId: OWNER }],
      grantsMissing: [{ childInstanceId: 'vpc-a' }],
      roles: [
        {
          roleName: 'grantor',
          policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: ['vpc:*', 'cen:*'], Resource: '*' }] },
        },
      ],
    },
    fields: { childInstanceOwnerId: OWNER },
    grantRole: 'grantor',
    writes: 7,
  },
}

/** The process that runs first makes no call after its call `k`, which is not sent or whose answer it does not get. */
async function crash({ world, fields, grantRole }: Scenario, moment: 'before' | 'after', k: number) {
  let [processes, calls, isDead] = [0, 0, false]
  const between = (call: RpcCall): RpcCall => {
    const isFirst = processes === 0
    return async (...args) => {
      if (!isFirst) return call(...args)
      calls += 1
      if (calls < k) return call(...args)
      if (moment === 'after' && calls === k) await call(...args)
      isDead = true
      return new Promise<never>(() => undefined)
    }
  }
  const body = request({ ...ONE, ...fields })
  const breaches: string[] = []
  const sim = createSim({
    world: {
      editions: { default: 'Enterprise' },
      limits: { enterpriseAttachMs: 5_000, associateMs: 3_000, routeMs: 8_000 },
      ...world,
    },
    between,
    quiet: true,
    ...(grantRole !== undefined && { grantRole }),
    onResult: (result) => breaches.push(...untrueOf(result, sim.emulator.world, [body], sim.clock.now())),
  })
  sim.queue.send(body)
  await sim.run({ done: () => isDead || sim.queue.size() === 0 })
  processes += 1
  sim.restart()
  await sim.run()
  const writes = writesOf(sim.emulator.journal)
  breaches.push(...strayWrites(sim.emulator, [body], sim.clock.now(), { mostSent: 1 }))
  const outcomes = sim.results.map(({ data }) => `${data.outcome} ${data.error?.code ?? ''}`.trim())
  if (outcomes.join() !== 'attached') breaches.push(`it ended as ${outcomes}`)
  const wasWritten = writes.some(({ hasEffect }) => hasEffect)
  if (wasWritten && sim.results.some(({ data }) => data.adopted)) breaches.push('it is called adopted, and was written')
  if (sim.queue.size() > 0) breaches.push('its message is still on the queue')
  return { reached: isDead, breaches, writes: writes.filter(({ hasEffect }) => hasEffect).length }
}

describe('a worker that is killed at any call', () => {
  it.each(Object.entries(SCENARIOS))(
    'does nothing twice, and reports nothing before it is whole: %s',
    async (name, scenario) => {
      const stride = budget({ quick: 5, full: 1 })
      const breaches: string[] = []
      let visited = 0
      for (const moment of ['before', 'after'] as const)
        for (let k = 1, reached = true; reached; k += stride) {
          const run = await crash(scenario, moment, k)
          reached = run.reached
          if (reached) visited += 1
          if (run.writes !== scenario.writes) breaches.push(`${moment} call ${k}: ${run.writes} writes`)
          breaches.push(...run.breaches.map((breach) => `${moment} call ${k}: ${breach}`))
        }
      expect(breaches).toEqual([])
      expect(visited).toBeGreaterThan((4 * scenario.writes) / stride)
      figure(`crash points visited on Enterprise Edition (simulated): ${name}`, visited)
    },
    120_000,
  )
})
