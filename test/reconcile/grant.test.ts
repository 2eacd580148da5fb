/** Grants and dry runs, with the real core and emulator on a virtual clock. */
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../lib/domain/clock.js'
import { createSim, request } from '../support/sim/sim.js'

const OWNER = '1700000000000007'
const ROLE = { roleName: 'cen-grant', accountId: OWNER }
const foreign = (fields: object = {}) =>
  request({ childInstanceId: 'vpc-foreign', childInstanceOwnerId: OWNER, ...fields })
const MISSING = { grantsMissing: [{ childInstanceId: 'vpc-foreign' }, { childInstanceId: 'ccn-foreign' }] }

const calls = (sim: ReturnType<typeof createSim>) => sim.emulator.journal.map(({ action, code }) => `${action} ${code}`)
const outcomes = (sim: ReturnType<typeof createSim>) => sim.results.map(({ data }) => data.outcome)

describe('a missing grant', () => {
  it('is reported with the call that the owner must make, as data and as a command', async () => {
    const sim = createSim({ world: MISSING })
    sim.queue.send(foreign())
    await sim.run({ done: () => sim.results.length > 0 })
    const parameters = {
      RegionId: 'cn-hangzhou',
      InstanceId: 'vpc-foreign',
      InstanceType: 'VPC',
      CenId: 'cen-one',
      CenOwnerId: '1688000000000001',
    }
    const command = `aliyun vpc GrantInstanceToCen ${Object.entries(parameters)
      .map(([name, value]) => `--${name} ${value}`)
      .join(' ')} --region cn-hangzhou`
    const grant = { product: 'vpc', operation: 'GrantInstanceToCen', ownerId: OWNER, regionId: 'cn-hangzhou' }
    expect(sim.results[0]?.data.grant).toEqual({ ...grant, parameters, command })
    expect(sim.results[0]?.data.error?.advice).toContain(command)
  })

  it('is retried after 10 s, 20 s, 40 s … at most an hour, and reported once', async () => {
    const sim = createSim({ world: MISSING })
    sim.queue.send(foreign())
    await sim.run({ forMs: 12 * HOUR_MS })
    const { delays } = sim.queue
    for (const [index, expected] of [10, 20, 40, 80].entries()) {
      // At most its age plus 10 s, minus up to 10 % jitter.
      const waited = delays.slice(0, index).reduce((sum, delay) => sum + delay, 0)
      expect(delays[index]).toBeGreaterThanOrEqual(Math.floor(Math.min(expected, waited + 10) * 0.9))
      expect(delays[index]).toBeLessThanOrEqual(expected)
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(3_600)
    expect(Math.max(...delays)).toBeGreaterThan(3_000)
    expect(outcomes(sim)).toEqual(['grant-required'])
  })
})

describe('granting for the owner', () => {
  it('assumes the role for this one grant, grants and attaches, and nobody has to act', async () => {
    const sim = createSim({ world: { ...MISSING, roles: [ROLE] }, grantRole: 'cen-grant' })
    sim.queue.send(foreign())
    await sim.run()
    expect(calls(sim).slice(0, 6)).toEqual([
      'ListTransitRouters OK',
      'AttachCenChildInstance Forbbiden.AttachChildInstanceAcrossUid',
      'GetCallerIdentity OK',
      'AssumeRole OK',
      'GrantInstanceToCen OK',
      'AttachCenChildInstance OK',
    ])
    expect(outcomes(sim)).toEqual(['attached'])
    const [assumed, granted] = sim.emulator.journal.slice(3, 5)
    expect(assumed?.parameters).toMatchObject({ RoleArn: `acs:ram::${OWNER}:role/cen-grant`, DurationSeconds: '900' })
    expect(JSON.parse(assumed?.parameters.Policy ?? '')).toEqual({
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'vpc:GrantInstanceToCen',
          Resource: `acs:vpc:cn-hangzhou:${OWNER}:vpc/vpc-foreign`,
        },
      ],
    })
    expect(granted).toMatchObject({
      callerId: OWNER,
      parameters: { ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })

  it('grants a CCN through Smartag, in the region of Smartag', async () => {
    const sim = createSim({ world: { ...MISSING, roles: [ROLE] }, grantRole: 'cen-grant' })
    sim.queue.send(foreign({ childInstanceId: 'ccn-foreign', childInstanceRegionId: 'ccn-cn-shanghai' }))
    await sim.run()
    expect(calls(sim)).toContain('GrantInstanceToCbn OK')
    expect(outcomes(sim)).toEqual(['attached'])
  })

  it('reports nothing while a grant does not show yet', async () => {
    const world = { ...MISSING, roles: [ROLE], limits: { grantDelayMs: 25_000 } }
    const sim = createSim({ world, grantRole: 'cen-grant' })
    sim.queue.send(foreign())
    await sim.run()
    expect(outcomes(sim)).toEqual(['attached'])
    const tokens = sim.emulator.journal.flatMap(({ parameters }) => parameters.ClientToken ?? [])
    expect(tokens.length).toBeGreaterThan(1)
    expect(new Set(tokens).size).toBe(1)
  })

  it.each<[string, object, string]>([
    ['the role does not exist there', {}, 'EntityNotExist.Role'],
    ['the role does not trust the worker', { roles: [{ ...ROLE, trustedAccounts: ['1'] }] }, 'NoPermission'],
    [
      'the role may not grant',
      { roles: [{ ...ROLE, policy: { Version: '1', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] } }] },
      'Forbidden.RAM',
    ],
  ])(
    'reports the call of the owner, with the reason, if %s; and attaches once the owner has granted',
    async (_name, trust, code) => {
      const world = { ...trust, grantsMissing: [{ childInstanceId: 'vpc-foreign', grantedAfterMs: HOUR_MS }] }
      const sim = createSim({ world, grantRole: 'cen-grant' })
      sim.queue.send(foreign())
      await sim.run({ forMs: 3 * HOUR_MS })
      expect(outcomes(sim)).toEqual(['grant-required', 'attached'])
      expect(sim.results[0]?.data.error?.message).toContain(code)
      expect(sim.results[0]?.data.grant?.operation).toBe('GrantInstanceToCen')
    },
  )

  it('makes the grants of one child instance one after the other', async () => {
    const sim = createSim({ world: { ...MISSING, roles: [ROLE], limits: { grantMs: 30 } }, grantRole: 'cen-grant' })
    for (const cenId of ['cen-one', 'cen-two', 'cen-three']) sim.queue.send(foreign({ cenId }))
    await sim.run({ done: () => sim.results.length === 3, forMs: HOUR_MS })
    expect(calls(sim).filter((call) => call.startsWith('GrantInstanceToCen')).length).toBeGreaterThan(1)
    expect(calls(sim)).not.toContain('GrantInstanceToCen TaskConflict')
  })
})

describe('a dry run', () => {
  const verdict = async (fields: object, world: object, grantRole?: string) => {
    const sim = createSim({ world, ...(grantRole && { grantRole }) })
    sim.queue.send(foreign({ dryRun: true, ...fields }))
    await sim.run()
    expect(outcomes(sim)).toEqual(['preflight'])
    expect(sim.queue.deadLetters).toEqual([])
    expect(sim.emulator.world.records(sim.clock.now()).filter(({ attachedAtMs }) => attachedAtMs > START)).toEqual([])
    const changes = /^(?:Attach|Detach|Grant|Revoke|Create|Delete|AssumeRole)/
    expect(sim.emulator.journal.filter(({ action }) => changes.test(action))).toEqual([])
    return sim.results[0]?.data
  }
  const START = Date.parse('2026-11-25T11:00:00Z')
  const here = { cenId: 'cen-one', childInstanceId: 'vpc-foreign', attachTime: '2024-05-01T08:00Z' }

  it.each<[string, string, object, object, RegExp]>([
    ['is granted', 'attach', {}, {}, /has granted/],
    ['belongs to the account of the CEN', 'attach', { childInstanceOwnerId: undefined }, {}, /needs no grant/],
    ['is attached there', 'adopt', {}, { attached: [here] }, /attached to cen-one already/],
    ['is not granted', 'wait-for-grant', {}, MISSING, /has not granted/],
    ['is attached elsewhere', 'refuse', {}, { attached: [{ ...here, cenId: 'cen-two' }] }, /attached to cen-two/],
    ['is meant for a CEN that does not exist', 'refuse', {}, { open: false }, /not among the CENs/],
    [
      'may not be read',
      'refuse',
      {},
      { accounts: [{ accountId: '1688000000000001', denied: ['DescribeCens'] }] },
      /cannot be read: Unauthorized/,
    ],
  ])('of a network that %s answers %s, and changes nothing', async (_name, would, fields, world, reason) => {
    const data = await verdict(fields, world)
    expect(data?.would).toBe(would)
    expect(data?.reasons?.join('\n')).toMatch(reason)
  })

  it('names the call of a missing grant', async () => {
    expect((await verdict({}, MISSING))?.grant).toMatchObject({ operation: 'GrantInstanceToCen', ownerId: OWNER })
  })

  it('answers attach if the worker can grant', async () => {
    const data = await verdict({}, { ...MISSING, roles: [ROLE] }, 'cen-grant')
    expect(data).toMatchObject({
      would: 'attach',
      reasons: [expect.anything(), expect.stringContaining('by its role')],
    })
  })

  it('retries a throttled read', async () => {
    const faults = [{ action: 'DescribeCens', times: 4, fault: { code: 'Throttling.User' } }]
    expect((await verdict({}, { faults }))?.would).toBe('attach')
  })

  it('shares the lists of CENs with many dry runs', async () => {
    const cens = Array.from({ length: 60 }, (_, index) => ({ cenId: `cen-${index}` }))
    const sim = createSim({ world: { cens }, concurrency: 50 })
    for (let row = 0; row < 200; row++) sim.queue.send(request({ cenId: 'cen-1', dryRun: true }))
    await sim.run()
    expect(sim.results).toHaveLength(200)
    const lists = calls(sim).filter((call) => call.startsWith('DescribeCenAttachedChildInstances '))
    expect(lists.length).toBeLessThan(61 * 3)
  })
})
