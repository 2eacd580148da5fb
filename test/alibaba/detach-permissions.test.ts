/** Least privilege of a detach: the policies of its table are sufficient and necessary, on both editions. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { DETACH_PERMISSIONS } from '../../lib/alibaba/detach/permissions.js'
import { CALLABLE } from '../../lib/alibaba/function/protocol.js'
import { policyFor } from '../../lib/alibaba/permissions.js'
import { RamPolicy } from '../../lib/emulator/auth/ram-policy.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { detach, detachSim, OWNER } from '../support/sim/detach.js'

const filled = (policy: object): RamPolicy =>
  v.parse(
    RamPolicy,
    JSON.parse(JSON.stringify(policy).replaceAll('ACCOUNT', HOME_ACCOUNT.accountId).replaceAll('ROLE', 'grantor')),
  )
const WORKER = filled(policyFor('the CENs', DETACH_PERMISSIONS))
const GRANTOR = filled(policyFor('the owner of the child instance', DETACH_PERMISSIONS))

/** Enterprise Edition in Hangzhou, Basic in Shanghai and for CCNs; own networks and those of another account. */
const NETWORKS = [
  ...['vpc', 'vbr'].map((type) => ({ type, regionId: 'cn-hangzhou' })),
  ...['vpc', 'vbr'].map((type) => ({ type, regionId: 'cn-shanghai' })),
  { type: 'ccn', regionId: 'ccn-cn-shanghai' },
].flatMap(({ type, regionId }) =>
  [undefined, OWNER].map((ownerId) => ({
    childInstanceId: `${type}-${regionId.replace(/^ccn-/, '')}-${ownerId ?? 'ours'}`,
    regionId,
    ...(ownerId !== undefined && { ownerId }),
  })),
)
const DENIALS = ['Unauthorized', 'NoPermission', 'Forbidden.RAM']

/** Detaches every network under these policies; ends early with the first denied call. */
async function detachAll(workerRights: RamPolicy, policy: RamPolicy) {
  const sim = detachSim({
    workerRights,
    grantRole: 'grantor',
    quiet: true,
    world: {
      editions: { default: 'Enterprise', regions: { 'cn-shanghai': 'Basic' } },
      attached: NETWORKS.map(({ childInstanceId }) => ({ cenId: 'cen-one', childInstanceId })),
      childInstances: NETWORKS,
      roles: [{ roleName: 'grantor', accountId: OWNER, policy }],
      limits: { detachMs: 100, routeMs: 10, associateMs: 10, grantMs: 0 },
    },
  })
  for (const { childInstanceId, regionId, ownerId } of NETWORKS)
    sim.queue.send(
      detach({
        childInstanceId,
        childInstanceRegionId: regionId,
        ...(ownerId !== undefined && { childInstanceOwnerId: ownerId, revokeGrant: true }),
      }),
    )
  const { journal } = sim.emulator
  const denied = () => journal.filter(({ code }) => DENIALS.includes(code)).map(({ action }) => action)
  await sim.run({ done: () => sim.queue.size() === 0 || denied().length > 0 })
  return {
    denied: denied(),
    called: [...new Set(journal.map(({ action }) => action))],
    outcomes: sim.results.map(({ data }) => data.outcome),
  }
}

const allowances = (policy: RamPolicy) =>
  policy.Statement.flatMap(({ Action, Resource }) => [Resource].flat().map((resource) => [String(Action), resource]))
const without = (policy: RamPolicy, action: string, resource: string): RamPolicy => ({
  ...policy,
  Statement: policy.Statement.map((statement) =>
    statement.Action === action
      ? { ...statement, Resource: [statement.Resource].flat().filter((one) => one !== resource) }
      : statement,
  ),
})

describe('the permissions of a detach', () => {
  it('are sufficient: no call is denied, every network is detached, and every call of the table is made', async () => {
    const { denied, called, outcomes } = await detachAll(WORKER, GRANTOR)
    expect(denied).toEqual([])
    expect(outcomes).toEqual(NETWORKS.map(() => 'detached'))
    expect(called.sort()).toEqual([...new Set(DETACH_PERMISSIONS.map(({ call }) => call))].sort())
  })

  it.each(allowances(WORKER))(
    'are necessary: without %s on %s a call is denied',
    async (action = '', resource = '') => {
      expect((await detachAll(without(WORKER, action, resource), GRANTOR)).denied).toContain(action.split(':')[1])
    },
  )

  it.each(allowances(GRANTOR))(
    'are necessary: without %s on %s a call for an owner is denied',
    async (action = '', resource = '') => {
      expect((await detachAll(WORKER, without(GRANTOR, action, resource))).denied).toContain(action.split(':')[1])
    },
  )

  it('are calls that the function may make, too', () => {
    const enterprise = DETACH_PERMISSIONS.filter(({ call }) =>
      /TransitRouter|RouteEntry|RouteTable|Flowlogs|Zone|Vbr/.test(call),
    )
    for (const { product, call } of enterprise) expect(CALLABLE[product as keyof typeof CALLABLE]).toContain(call)
  })
})
