import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { readRows } from '../../lib/campaigns/read-rows.js'
import { readPolicy } from '../../lib/policy/load.js'
import { createPolicy } from '../../lib/policy/policy.js'
import { PolicyFile, readPolicyFile } from '../../lib/policy/schema.js'
import { budget } from '../support/budget.js'

const ajv = new Ajv2020({ allErrors: true, strict: true })
addFormats.default(ajv)
const isPolicy = ajv.compile(JSON.parse(readFileSync('events/attachment-policy.schema.json', 'utf8')))

const rule = { id: 'a', senders: ['AIDAX'], cenIds: ['*'], ownerIds: ['*'] }
const file = (...rules: object[]) => ({ version: 1, rules })
const faultsOf = (value: unknown) => {
  const reading = readPolicyFile(JSON.stringify(value))
  return reading.ok ? [] : reading.faults.map(({ path, message }) => `${path}: ${message}`)
}
const EXAMPLES = ['events/examples/policy.json', 'events/onboarding.policy.json']

describe('a policy file', () => {
  it.each(EXAMPLES)('%s is valid by schema and by the worker', (name) => {
    const text = readFileSync(name, 'utf8')
    isPolicy(JSON.parse(text))
    expect(isPolicy.errors ?? []).toEqual([])
    expect(readPolicyFile(text)).toMatchObject({ ok: true })
  })

  it('in docs/policy.md is valid, and so are its windows', () => {
    const blocks = [...readFileSync('docs/policy.md', 'utf8').matchAll(/^```json\n(.*?)^```/gms)]
    const [policy = '', times = ''] = blocks.map(([, text]) => text)
    expect(readPolicyFile(policy)).toMatchObject({ ok: true })
    const windows = times
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(windows).toHaveLength(2)
    expect(faultsOf(file({ ...rule, windows }))).toEqual([])
  })

  it('of the onboarding example allows each of its rows but that of a stranger', () => {
    const { policy, faults } = readPolicy('events/onboarding.policy.json', (path) => readFileSync(path, 'utf8'))
    expect(faults).toEqual([])
    const { rows } = readRows(readFileSync('events/onboarding.example.csv', 'utf8'))
    const plan = planCampaign(rows, { nowMs: 0, ttlMs: 1_000 })
    const judged = plan.ok
      ? plan.rows.map(({ request }) => ({ request, ...policy.evaluate(request, { senderId: '000000000000' }, 0) }))
      : []
    expect(judged.length).toBeGreaterThanOrEqual(60)
    const denied = judged.filter(({ answer }) => answer !== 'allowed')
    expect(denied.map(({ request }) => request.attachment.childInstanceId)).toEqual(['vpc-hz-of-a-stranger'])
  })

  it('reports all faults at once, each with its path', () => {
    const many = {
      version: 2,
      rule: [],
      rules: [
        { ...rule, senders: ['AROAEXAMPLE*'], cenIds: [], childInstanceTypes: ['VPC', 'LAN'] },
        {
          id: 'b',
          senders: ['AIDAX'],
          cenIds: ['*'],
          windows: [{ days: ['mo'], from: '25:00', until: '06:00' }],
          freezes: [{ from: 'soon' }],
        },
        'all',
      ],
    }
    expect(faultsOf(many)).toEqual([
      'version: must be 1',
      expect.stringMatching(/^rules\[0\]\.senders\[0\]: must be a sender id/),
      'rules[0].cenIds: must not be empty',
      'rules[0].childInstanceTypes[1]: must be VPC, VBR or CCN',
      'rules[1].ownerIds: is required',
      expect.stringMatching(/^rules\[1\]\.windows\[0\]\.days\[0\]: must be one of sun/),
      'rules[1].windows[0].from: must be a time of day, such as 22:00',
      'rules[1].windows[0].offset: is required',
      expect.stringMatching(/^rules\[1\]\.freezes\[0\]\.from: must be an RFC 3339 time/),
      'rules[2]: must be an object',
      'rule: is not a key that a policy has here',
    ])
  })

  it.each<[string, unknown, string]>([
    ['no object', [], '$: must be an object'],
    ['no sender, queue or topic', file({ id: 'a', cenIds: ['*'], ownerIds: ['*'] }), 'rules[0]: must have senders'],
    ['an id twice', file(rule, rule), 'rules[1].id: is the id of rules[0]'],
    [
      'senders and topics',
      file({ ...rule, topics: ['arn:aws:sns:eu-west-1:123456789012:t'] }),
      'rules[0].topics: cannot be combined with senders',
    ],
    ['an empty span', file({ ...rule, windows: [{}] }), 'rules[0].windows[0]: must have from, until or both'],
    [
      'a span that ends first',
      file({ ...rule, windows: [{ from: '2026-01-02T00:00:00+08:00', until: '2026-01-01T16:00:00Z' }] }),
      'rules[0].windows[0].until: must be later',
    ],
    [
      'a freeze that ends first',
      { ...file(rule), freezes: [{ from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }] },
      'freezes[0].until: must be later',
    ],
    [
      'a window of no length',
      file({ ...rule, windows: [{ days: ['mon'], from: '08:00', until: '08:00', offset: 'Z' }] }),
      'rules[0].windows[0].until: must differ',
    ],
    [
      'a day that is none',
      file({ ...rule, windows: [{ from: '2026-02-30T00:00:00Z' }] }),
      'rules[0].windows[0].from: must be an RFC 3339 time',
    ],
  ])('refuses %s', (_name, value, fault) => {
    expect(faultsOf(value)).toEqual([expect.stringContaining(fault)])
  })

  it('that is no JSON is refused without a quote of its text', () => {
    const reading = readPolicyFile('{"version": 1, secret')
    expect(reading.ok ? '' : reading.faults[0]?.message).toMatch(/^is not JSON/)
    expect(JSON.stringify(reading)).not.toContain('secret')
  })

  // A star without a colon before it would match the ids of other roles.
  it.each([
    'AROAEXAMPLE*',
    'AROA*',
    'AIDAX*',
    '*:x',
    'AROAEXAMPLE:a*b',
    'AROAEXAMPLE:**',
    'AROAEXAMPLE',
    '',
    ' AIDAX',
    'AROAEXAMPLE:',
    'a:b:c',
  ])('refuses the sender %j', (sender) => {
    expect(faultsOf(file({ ...rule, senders: [sender] }))).toEqual([
      expect.stringContaining('rules[0].senders[0]: must be a sender id'),
    ])
    expect(isPolicy(file({ ...rule, senders: [sender] }))).toBe(false)
  })
})

describe('schema and worker agree', () => {
  const STRANGE: unknown[] = [null, 0, 1, '', '*', [], {}, ['*'], [''], true, 'x\n', ['x', 1], [[]], [{}]]
  const strange = fc.constantFrom(...STRANGE)
  /** Mostly one of the valid values, sometimes an invalid one. */
  const value = (good: readonly unknown[], ...bad: unknown[]) =>
    fc.oneof(
      { weight: 60, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: fc.constantFrom(...bad, ...STRANGE) },
    )
  const or = (good: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: strange })
  const some = (item: fc.Arbitrary<unknown>) => or(fc.array(item, { minLength: 1, maxLength: 3 }))
  const instant = value(
    ['2026-12-01T00:00:00Z', '2026-12-01T00:00:00+08:00'],
    '2026-02-30T00:00:00Z',
    '2026-12-01',
    '2026-12-01T24:00:00Z',
  )
  const span = { from: instant, until: instant }
  const weekly = {
    days: some(value(['mon', 'sun'], 'Mon')),
    from: value(['00:00', '23:59'], '24:00', '9:00'),
    until: value(['24:00', '06:30'], '24:01'),
    offset: value(['Z', '+08:00', '-14:45'], '+15:00', '+08:20'),
  }
  const reason = value(['why'], 'r'.repeat(257))
  const required = { requiredKeys: ['days', 'from', 'until', 'offset'] as const }
  const window = fc.oneof(fc.record(span, { requiredKeys: [] }), fc.record(weekly))
  const freeze = fc.oneof(
    fc.record({ ...span, reason }, { requiredKeys: [] }),
    fc.record({ ...weekly, reason }, { requiredKeys: [...required.requiredKeys] }),
    fc.record(weekly, { requiredKeys: ['days'] }),
  )
  const aRule = fc.record(
    {
      id: value(['a', 'b.c:d'], 'a b', 'x'.repeat(65)),
      description: value(['d', 'é'.repeat(256)], 'é'.repeat(257)),
      senders: some(value(['AIDAX', 'AROAX:*', 'AROAX:s*', '123456789012', '*'], 'AROAX', 'AROAX:s\n')),
      queues: some(
        value(['q', 'q.fifo', 'arn:aws:sqs:eu-west-1:123456789012:q'], 'arn:aws:sns:eu-west-1:123456789012:q'),
      ),
      topics: some(
        value(['arn:aws:sns:eu-west-1:123456789012:t', 'arn:aws-cn:sns:cn-north-1:123456789012:t.fifo'], 't'),
      ),
      cenIds: some(value(['*', 'cen-1'], 'cen-')),
      ownerIds: some(value(['*', 'cen-owner', '1'], '1'.repeat(21))),
      regionIds: some(value(['cn-hangzhou'])),
      childInstanceTypes: some(value(['VPC', 'CCN'], 'vpc')),
      actions: some(value(['attach', 'detach'], 'Detach')),
      routeTableIds: some(value(['*', 'default', 'none', 'vtb-1'], 'vtb-', 'vtb-1*')),
      vpcRoutes: some(value(['private', 'published', 'none', '10.0.0.0/8'], 'all', '10.0.0.0')),
      windows: some(or(window)),
      freezes: some(or(freeze)),
      dryRunOnly: value([true, false]),
    },
    { requiredKeys: ['id', 'cenIds', 'ownerIds'] },
  )
  const goodFile = {
    $schema: value(['s']),
    version: value([1], 2),
    rules: or(fc.array(or(aRule), { maxLength: 2 })),
    freezes: some(or(freeze)),
  }
  const anyFile = fc.oneof(
    { weight: 20, arbitrary: fc.record(goodFile, { requiredKeys: ['version', 'rules'] }) },
    { weight: 1, arbitrary: fc.record({ ...goodFile, extra: strange }) },
    { weight: 1, arbitrary: fc.record(goodFile, { requiredKeys: [] }) },
  )

  it('on the shape of a policy', () => {
    const numRuns = budget({ quick: 600, full: 3_000 })
    let good = 0
    let bad = 0
    fc.assert(
      fc.property(fc.oneof(anyFile, strange), (drawn) => {
        const value = JSON.parse(JSON.stringify(drawn ?? null))
        const read = v.safeParse(PolicyFile, value).success
        if (read) good += 1
        else bad += 1
        expect(read).toBe(isPolicy(value))
      }),
      { numRuns },
    )
    expect(Math.min(good, bad)).toBeGreaterThan(numRuns / 15)
  })

  it('and a policy that was read can be evaluated', () => {
    const attachment = {
      cenId: 'cen-1',
      childInstanceId: 'vpc-1',
      childInstanceType: 'VPC',
      childInstanceRegionId: 'cn-hangzhou',
    } as const
    fc.assert(
      fc.property(anyFile, fc.integer({ min: 0, max: 4e12 }), (drawn, atMs) => {
        const reading = readPolicyFile(JSON.stringify(drawn))
        if (reading.ok)
          expect(createPolicy(reading.file).evaluate({ attachment }, {}, atMs).answer).toMatch(
            /^(?:allowed|closed|refused)$/,
          )
      }),
      { numRuns: budget({ quick: 200, full: 1_000 }) },
    )
  })
})
