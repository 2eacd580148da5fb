/** Least privilege at Alibaba: the tables list the calls of the code, and their policies allow them, no more and no less. */
import { readdirSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { alibabaPermissionsMarkdown, awsPermissionsMarkdown, RAM_FILES } from '../../docs/generate/permissions.js'
import { DETACH_PERMISSIONS } from '../../lib/alibaba/detach/permissions.js'
import { CALLABLE } from '../../lib/alibaba/function/protocol.js'
import { ALIBABA_PERMISSIONS, policyFor } from '../../lib/alibaba/permissions.js'
import { type Attachment, CHILD_INSTANCE_TYPES } from '../../lib/domain/attachment.js'
import { grantCall, revokeCall } from '../../lib/domain/grant-call.js'
import { EMULATED_PRODUCTS } from '../../lib/emulator/actions/products.js'
import { RamPolicy } from '../../lib/emulator/auth/ram-policy.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { createSim, request, type SimOptions } from '../support/sim/sim.js'

const OWNER = '1700000000000007'
/** Its networks are granted, and it has no role for the worker. */
const NO_ROLE = '1700000000000008'

const filled = (policy: object): RamPolicy =>
  v.parse(
    RamPolicy,
    JSON.parse(JSON.stringify(policy).replaceAll('ACCOUNT', HOME_ACCOUNT.accountId).replaceAll('ROLE', 'grantor')),
  )

interface Network {
  readonly id: string
  readonly region: string
  readonly owner?: string
  /** How it is routed, if it is attached before. */
  readonly routedBefore?: object
  readonly asks?: object
}

/** Basic Edition in Shanghai and for CCNs, no router in Beijing, else Enterprise Edition. */
const REGIONS = { regions: { 'cn-shanghai': 'Basic', 'cn-beijing': 'None' } }
const NETWORKS: readonly Network[] = [
  ...['cn-hangzhou', 'cn-shanghai'].flatMap((region) =>
    ['vpc', 'vbr'].flatMap((type) => [
      { id: `${type}-own-${region}`, region },
      { id: `${type}-foreign-${region}`, region, owner: OWNER },
    ]),
  ),
  { id: 'ccn-own', region: 'ccn-cn-shanghai' },
  { id: 'ccn-foreign', region: 'ccn-cn-shanghai', owner: OWNER },
  { id: 'vpc-first-of-region', region: 'cn-beijing' },
  { id: 'vpc-without-role', region: 'cn-hangzhou', owner: NO_ROLE, asks: { vpcRoutes: 'none' } },
  { id: 'vpc-lacks-routes', region: 'cn-hangzhou', routedBefore: { vpcRoutes: 'none' } },
  { id: 'vpc-foreign-lacks-routes', region: 'cn-hangzhou', owner: OWNER, routedBefore: { vpcRoutes: 'none' } },
  { id: 'vpc-lacks-publishing', region: 'cn-hangzhou', routedBefore: {}, asks: { vpcRoutes: 'published' } },
]
const DENIALS = ['Unauthorized', 'NoPermission', 'Forbidden.RAM']

/** Attaches every network and asks for a dry run, as a worker and a role with these policies; ends early with the first denied call. */
async function attachAll(worker: RamPolicy, grantor: RamPolicy, options: SimOptions = {}, networks = NETWORKS) {
  const attached = networks
    .filter(({ routedBefore }) => routedBefore)
    .map(({ id, routedBefore }) => ({ cenId: 'cen-one', childInstanceId: id, ...routedBefore }))
  const sim = createSim({
    workerRights: worker,
    grantRole: 'grantor',
    quiet: true,
    ...options,
    world: {
      editions: REGIONS,
      childInstances: networks.map(({ id, region, owner }) => ({
        childInstanceId: id,
        regionId: region,
        ...(owner !== undefined && { ownerId: owner }),
      })),
      attached,
      grantsMissing: networks.flatMap(({ id, owner, routedBefore }) =>
        owner === OWNER && !routedBefore ? [{ childInstanceId: id }] : [],
      ),
      roles: [{ roleName: 'grantor', accountId: OWNER, policy: grantor }],
      limits: { attachMs: 100, associateMs: 10, routeMs: 10, routerMs: 100, grantMs: 0, attachesAtOnce: 50 },
    },
  })
  for (const { id, region, owner, asks } of networks)
    sim.queue.send(
      request({
        childInstanceId: id,
        childInstanceRegionId: region,
        ...(owner !== undefined && { childInstanceOwnerId: owner }),
        ...asks,
      }),
    )
  sim.queue.send(request({ childInstanceId: 'vpc-only-read', dryRun: true }))
  const { journal } = sim.emulator
  const denied = () => journal.filter(({ code }) => DENIALS.includes(code)).map(({ action }) => action)
  await sim.run({ done: () => sim.queue.size() === 0 || denied().length > 0 })
  return {
    denied: denied(),
    called: [...new Set(journal.map(({ action }) => action))],
    attached: sim.results.filter(({ data }) => data.outcome === 'attached').length,
  }
}

const WORKER = filled(policyFor('the CENs'))
const GRANTOR = filled(policyFor('the owner of the child instance'))
const ATTACH = ALIBABA_PERMISSIONS.filter((one) => one.in !== 'the CENs, by `doctor` only')
const names = (calls: readonly { readonly call: string }[]): string[] =>
  [...new Set(calls.map(({ call }) => call))].sort()

describe('the Alibaba permissions', () => {
  it('name every call in the code, and no other', () => {
    const folder = 'lib/alibaba'
    const known = new Set(Object.values(EMULATED_PRODUCTS).flatMap(({ actions }) => Object.keys(actions)))
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('permissions.ts'),
    )
    const sources = files.map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    // Every action that a source names in a string; one that is called directly also if the emulator does not have it.
    const named = sources.flatMap((text) => [...text.matchAll(/'([A-Z]\w+)'/g)].flatMap(([, name = '']) => name))
    const called = sources.flatMap((text) =>
      [...text.matchAll(/\b(?:call|cbn|vpc)\(\s*'(\w+)'/g)].map(([, name]) => name),
    )
    const byOwners = CHILD_INSTANCE_TYPES.flatMap((childInstanceType) =>
      (['basic', 'enterprise'] as const).flatMap((edition) => {
        const attachment: Attachment = {
          cenId: 'cen-1',
          childInstanceId: 'any-1',
          childInstanceType,
          childInstanceRegionId: 'cn-hangzhou',
        }
        return [grantCall(attachment, '1', edition), revokeCall(attachment, '1', edition)].map((one) => one.operation)
      }),
    )
    const inCode = [...named.filter((name) => known.has(name)), ...called, ...byOwners]
    expect([...new Set(inCode)].sort()).toEqual(names([...ALIBABA_PERMISSIONS, ...DETACH_PERMISSIONS]))
  })

  it('are sufficient: no call is denied, every network is attached, and every call of the table is made', async () => {
    const { called, denied, attached } = await attachAll(WORKER, GRANTOR)
    expect(denied).toEqual([])
    expect(attached).toBe(NETWORKS.length)
    // The simulation has keys: nothing exchanges a token.
    expect([...called, 'AssumeRoleWithOIDC'].sort()).toEqual(names(ATTACH))
  })

  it.each([
    ['ROUTING=none', { routing: 'none' } as const, ({ asks, routedBefore }: Network) => !asks && !routedBefore],
    [
      'TRANSIT_ROUTER=existing',
      { transitRouter: 'existing' } as const,
      ({ region }: Network) => region !== 'cn-beijing',
    ],
  ])('are sufficient with %s without the rows that say so', async (setting, options, isAsked) => {
    const needed = ALIBABA_PERMISSIONS.filter(({ unless }) => unless !== setting)
    expect(needed.length).toBeLessThan(ALIBABA_PERMISSIONS.length)
    const [worker, owner] = (['the CENs', 'the owner of the child instance'] as const).map((place) =>
      filled(policyFor(place, needed)),
    )
    const networks = NETWORKS.filter(isAsked)
    const { denied, attached } = await attachAll(worker ?? WORKER, owner ?? GRANTOR, options, networks)
    expect(denied).toEqual([])
    expect(attached).toBe(networks.length)
  })

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

  it.each(allowances(WORKER))(
    'are necessary: without %s on %s a call of the worker is denied',
    async (action = '', resource = '') => {
      expect((await attachAll(without(WORKER, action, resource), GRANTOR)).denied).toContain(action.split(':')[1])
    },
  )

  it.each(allowances(GRANTOR))(
    'are necessary: without %s on %s a call for an owner is denied',
    async (action = '', resource = '') => {
      expect((await attachAll(WORKER, without(GRANTOR, action, resource))).denied).toContain(action.split(':')[1])
    },
  )

  it('are calls that the function may make, too', () => {
    const enterprise = ATTACH.filter(({ call }) => /TransitRouter|VSwitches|RouteEntry|RouteTable/.test(call))
    for (const { product, call } of enterprise) expect(CALLABLE[product as keyof typeof CALLABLE]).toContain(call)
  })

  it('are the same in the docs and in the code', () => {
    expect(readFileSync('docs/permissions.md', 'utf8')).toBe(
      `${alibabaPermissionsMarkdown()}\n${awsPermissionsMarkdown()}`,
    )
    expect(readdirSync('docs/ram').sort()).toEqual(Object.keys(RAM_FILES).sort())
    for (const [name, content] of Object.entries(RAM_FILES))
      expect(JSON.parse(readFileSync(`docs/ram/${name}`, 'utf8'))).toEqual(content)
  })
})
