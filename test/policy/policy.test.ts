import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attachment, AttachmentOptions } from '../../lib/domain/attachment.js'
import { allowAll, createPolicy } from '../../lib/policy/policy.js'
import type { Origin, PolicyRequest } from '../../lib/policy/rule.js'
import type { PolicyRule } from '../../lib/policy/schema.js'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:requests'
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:landing-zone'
const attachment: Attachment = {
  cenId: 'cen-a',
  childInstanceId: 'vpc-1',
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
  childInstanceOwnerId: '1002',
}
const rule = (fields: Partial<PolicyRule> = {}): PolicyRule => ({
  id: 'r',
  senders: ['AROAEXAMPLE:vending*'],
  cenIds: ['cen-a'],
  ownerIds: ['1002'],
  ...fields,
})
const origin: Origin = { senderId: 'AROAEXAMPLE:vending-7', queueArn: QUEUE }
const evaluate = (
  rules: PolicyRule[],
  from: Origin = origin,
  fields: Partial<Attachment> = {},
  dryRun = false,
  nowMs = NOW,
) => createPolicy({ version: 1, rules }).evaluate({ attachment: { ...attachment, ...fields }, dryRun }, from, nowMs)
const refusalOf = (decision: ReturnType<typeof evaluate>) =>
  decision.answer === 'allowed' ? '' : decision.failure.message

describe('the policy', () => {
  it('denies what no rule allows: without rules, everything', () => {
    expect(evaluate([])).toMatchObject({
      answer: 'refused',
      failure: {
        code: 'PolicyDenied',
        kind: 'rejected',
        message: expect.stringContaining('no rule is for this sender'),
      },
    })
  })

  it('allows what one rule alone allows, and names that rule', () => {
    expect(evaluate([rule({ id: 'other', cenIds: ['cen-b'] }), rule({ id: 'mine' })])).toEqual({
      answer: 'allowed',
      rule: 'mine',
    })
  })

  it('names the first of the rules that allow it', () => {
    const rules = [
      rule({ id: 'closed', windows: [{ until: '2026-11-01T00:00Z' }] }),
      rule({ id: 'first' }),
      rule({ id: 'second' }),
    ]
    expect(evaluate(rules)).toEqual({ answer: 'allowed', rule: 'first' })
  })

  it('never combines two rules into a permission', () => {
    expect(evaluate([rule({ ownerIds: ['9'] }), rule({ cenIds: ['cen-b'] })]).answer).toBe('refused')
  })

  it('allows everything as allow-all', () => {
    expect(allowAll.evaluate({ attachment }, {}, NOW)).toEqual({ answer: 'allowed', rule: 'allow-all' })
    const options = { associationRouteTableId: 'vtb-1', vpcRoutes: ['8.8.8.0/24'] }
    expect(allowAll.evaluate({ attachment, options }, {}, NOW).answer).toBe('allowed')
  })

  it('allows no detach as allow-all', () => {
    const decision = allowAll.evaluate({ attachment, action: 'detach' }, origin, NOW)
    expect(decision).toMatchObject({ answer: 'refused', failure: { code: 'PolicyDenied', kind: 'rejected' } })
    expect(refusalOf(decision)).toMatch(
      /^allow-all does not let sender .* detach vpc-1 in .* from CEN cen-a: a detach needs/,
    )
  })
})

describe('a rule is for a sender', () => {
  it.each<[string, string, string | undefined, boolean]>([
    ['exactly', 'AIDAEXAMPLE', 'AIDAEXAMPLE', true],
    ['not with a longer id', 'AIDAEXAMPLE', 'AIDAEXAMPLE2', false],
    ['not in another case', 'AIDAEXAMPLE', 'aidaexample', false],
    ['by a session', 'AROAEXAMPLE:one', 'AROAEXAMPLE:one', true],
    ['not by a session that only begins like it', 'AROAEXAMPLE:one', 'AROAEXAMPLE:one-more', false],
    ['by any session of a role', 'AROAEXAMPLE:*', 'AROAEXAMPLE:whatever', true],
    ['not by a session of a role whose id begins like it', 'AROAEXAMPLE:*', 'AROAEXAMPLE2:whatever', false],
    ['not by the role without a session', 'AROAEXAMPLE:*', 'AROAEXAMPLE', false],
    ['by sessions that begin so', 'AROAEXAMPLE:vending*', 'AROAEXAMPLE:vending-7', true],
    ['by the session itself', 'AROAEXAMPLE:vending*', 'AROAEXAMPLE:vending', true],
    ['not by sessions that contain it', 'AROAEXAMPLE:vending*', 'AROAEXAMPLE:my-vending', false],
    ['not by the same session of another role', 'AROAEXAMPLE:vending*', 'AROAOTHER:vending-7', false],
    ['by nobody without an id', 'AROAEXAMPLE:*', undefined, false],
    ['an account', '123456789012', '123456789012', true],
    ['everybody', '*', 'AIDAX', true],
    ['everybody, even unknown', '*', undefined, true],
  ])('%s: %s for %s', (_name, sender, senderId, allowed) => {
    expect(evaluate([rule({ senders: [sender] })], { senderId }).answer).toBe(allowed ? 'allowed' : 'refused')
  })

  it.each<[string, Partial<PolicyRule>, Origin, boolean]>([
    ['a queue by its name', { queues: ['requests'] }, { queueArn: QUEUE }, true],
    ['a queue by its ARN', { queues: [QUEUE] }, { queueArn: QUEUE }, true],
    [
      'not a queue of that name in another account',
      { queues: [QUEUE] },
      { queueArn: QUEUE.replace('1234', '9999') },
      false,
    ],
    [
      'not a queue whose name only ends so',
      { queues: ['requests'] },
      { queueArn: `${QUEUE.slice(0, -8)}my-requests` },
      false,
    ],
    ['not an unknown queue', { queues: ['requests'] }, {}, false],
    ['a topic that is proved', { topics: [TOPIC] }, { topicArn: TOPIC }, true],
    ['not a topic that is not proved', { topics: [TOPIC] }, { senderId: TOPIC }, false],
    ['not another topic', { topics: [TOPIC] }, { topicArn: `${TOPIC}2` }, false],
    ['a topic on its queue', { topics: [TOPIC], queues: ['requests'] }, { topicArn: TOPIC, queueArn: QUEUE }, true],
    [
      'not a topic on another queue',
      { topics: [TOPIC], queues: ['mine'] },
      { topicArn: TOPIC, queueArn: QUEUE },
      false,
    ],
    ['not a queue alone if a topic is named', { topics: [TOPIC], queues: ['requests'] }, { queueArn: QUEUE }, false],
  ])('%s', (_name, fields, from, allowed) => {
    const { senders: _, ...nobody } = rule()
    expect(evaluate([{ ...nobody, ...fields }], from).answer).toBe(allowed ? 'allowed' : 'refused')
  })

  it('only on its queue, if both are named', () => {
    const both = rule({ queues: ['requests'] })
    expect(evaluate([both]).answer).toBe('allowed')
    expect(refusalOf(evaluate([both], { ...origin, queueArn: `${QUEUE}-2` }))).toContain(
      `its rules do not allow queue ${QUEUE}-2`,
    )
    expect(refusalOf(evaluate([both], { ...origin, senderId: 'AIDAX' }))).toContain('no rule is for this sender')
  })
})

describe('a refusal names what the rules of the sender do not allow', () => {
  it.each<[string, Partial<PolicyRule>, Partial<Attachment>, string]>([
    ['the CEN', {}, { cenId: 'cen-b' }, 'its rules do not allow cen-b'],
    ['the owner', {}, { childInstanceOwnerId: '1003' }, 'its rules do not allow networks of account 1003'],
    ['the region', { regionIds: ['cn-beijing'] }, {}, 'its rules do not allow region cn-hangzhou'],
    ['the type', { childInstanceTypes: ['VBR'] }, {}, 'its rules do not allow type VPC'],
    ['more than a dry run', { dryRunOnly: true }, {}, 'its rules do not allow more than a dry run'],
    [
      'several',
      {},
      { cenId: 'cen-b', childInstanceOwnerId: '9' },
      'its rules do not allow cen-b and networks of account 9',
    ],
  ])('%s', (_name, fields, asked, missing) => {
    const message = refusalOf(evaluate([rule(fields)], origin, asked))
    expect(message.endsWith(missing)).toBe(true)
    expect(message).toContain(`no rule lets sender AROAEXAMPLE:vending-7 on queue ${QUEUE} attach vpc-1`)
  })

  it('the account of the CEN itself, if the request names no owner', () => {
    const { childInstanceOwnerId: _, ...own } = attachment
    const policy = (ownerIds: string[]) => createPolicy({ version: 1, rules: [rule({ ownerIds })] })
    expect(policy(['cen-owner']).evaluate({ attachment: own }, origin, NOW).answer).toBe('allowed')
    expect(policy(['*']).evaluate({ attachment: own }, origin, NOW).answer).toBe('allowed')
    expect(policy(['cen-owner']).evaluate({ attachment }, origin, NOW).answer).toBe('refused')
    expect(refusalOf(policy(['1002']).evaluate({ attachment: own }, origin, NOW))).toContain(
      "networks of the CEN's own account",
    )
  })

  it('by the nearest rules, each set once', () => {
    const rules = [
      rule({ ownerIds: ['9'] }),
      rule({ ownerIds: ['8'] }),
      rule({ cenIds: ['cen-b'] }),
      rule({ cenIds: ['cen-b'], ownerIds: ['9'] }),
    ]
    expect(refusalOf(evaluate(rules))).toMatch(/do not allow networks of account 1002, or cen-a$/)
  })

  it('and nothing from the rules of others', () => {
    const word = fc.stringMatching(/^[a-z]{6,10}$/)
    fc.assert(
      fc.property(word, word, word, fc.integer({ min: 10 ** 9, max: 10 ** 10 }), (id, cen, region, owner) => {
        const others = rule({
          id,
          senders: [`AROA${id.toUpperCase()}:*`],
          cenIds: [`cen-${cen}`],
          ownerIds: [String(owner)],
          regionIds: [`cn-${region}`],
          windows: [{ until: '2030-01-01T00:00:00Z' }],
        })
        const { childInstanceTypes: _, ...mine } = rule({ cenIds: ['cen-mine'] })
        for (const rules of [[others], [others, mine]]) {
          const message = refusalOf(evaluate(rules))
          for (const secret of [id, id.toUpperCase(), cen, region, String(owner), '2030'])
            expect(message).not.toContain(secret)
        }
      }),
    )
  })
})

describe('a schedule', () => {
  const nights = { days: ['wed' as const], from: '22:00', until: '23:00', offset: 'Z' }

  it('closes a rule outside its windows, and the refusal says until when', () => {
    expect(evaluate([rule({ windows: [nights] })])).toMatchObject({
      answer: 'closed',
      failure: { code: 'PolicyDenied' },
    })
    expect(refusalOf(evaluate([rule({ windows: [nights] })]))).toMatch(
      /at this time; it may from 2026-11-25T22:00:00.000Z on$/,
    )
    expect(evaluate([rule({ windows: [nights] })], origin, {}, false, NOW + 10.5 * 3_600_000).answer).toBe('allowed')
  })

  it('does not open a rule that does not fit', () => {
    expect(evaluate([rule({ windows: [nights], cenIds: ['cen-b'] })]).answer).toBe('refused')
  })

  it('closes every rule in a freeze, with its reason', () => {
    const freezes = [{ from: '2026-11-20T00:00:00Z', until: '2026-12-01T00:00:00Z', reason: 'audit' }]
    const policy = createPolicy({
      version: 1,
      rules: [rule(), rule({ id: 's', windows: [{ from: '2026-01-01T00:00:00Z' }] })],
      freezes,
    })
    expect(refusalOf(policy.evaluate({ attachment }, origin, NOW))).toMatch(
      /at this time \(audit\); it may from 2026-12-01T00:00:00.000Z on$/,
    )
    expect(policy.evaluate({ attachment }, origin, Date.parse('2026-12-01T00:00:00Z')).answer).toBe('allowed')
  })

  it('is reported of the rule that opens first, or as over if none opens', () => {
    const over = { until: '2026-11-25T12:00:00Z' }
    expect(refusalOf(evaluate([rule({ windows: [over] }), rule({ windows: [nights] })]))).toContain(
      'from 2026-11-25T22',
    )
    expect(refusalOf(evaluate([rule({ windows: [over] })]))).toMatch(/its time is over$/)
  })

  it('closes one rule and leaves another open', () => {
    expect(evaluate([rule({ freezes: [{ from: '2026-01-01T00:00:00Z' }] }), rule({ id: 'open' })])).toEqual({
      answer: 'allowed',
      rule: 'open',
    })
  })
})

describe('dryRunOnly', () => {
  it('allows a dry run and nothing else', () => {
    expect(evaluate([rule({ dryRunOnly: true })], origin, {}, true).answer).toBe('allowed')
    expect(evaluate([rule({ dryRunOnly: true })], origin, {}, false).answer).toBe('refused')
    expect(evaluate([rule({ dryRunOnly: false })], origin, {}, false).answer).toBe('allowed')
  })
})

describe('a rule that names actions and routing', () => {
  const ask = (
    fields: Partial<PolicyRule>,
    request: Omit<PolicyRequest, 'attachment'>,
    more: Partial<Attachment> = {},
  ) =>
    createPolicy({ version: 1, rules: [rule(fields)] }).evaluate(
      { attachment: { ...attachment, ...more }, ...request },
      origin,
      NOW,
    )

  it.each<[string, Partial<PolicyRule>, boolean, boolean]>([
    ['no actions', {}, true, false],
    ['attach', { actions: ['attach'] }, true, false],
    ['detach', { actions: ['detach'] }, false, true],
    ['both', { actions: ['attach', 'detach'] }, true, true],
  ])('allows attach and detach by %s', (_name, fields, attach, detach) => {
    expect(ask(fields, {}).answer === 'allowed').toBe(attach)
    expect(ask(fields, { action: 'attach' }).answer === 'allowed').toBe(attach)
    expect(ask(fields, { action: 'detach' }).answer === 'allowed').toBe(detach)
  })

  it('names the action that is not allowed', () => {
    expect(refusalOf(ask({}, { action: 'detach' }))).toMatch(
      /detach vpc-1 in cn-hangzhou of account 1002 from CEN cen-a: its rules do not allow the action detach$/,
    )
  })

  it.each<[string, Partial<PolicyRule>, AttachmentOptions, string]>([
    ['the defaults', {}, {}, ''],
    [
      'none by default',
      {},
      { associationRouteTableId: 'none', propagationRouteTableIds: 'none', vpcRoutes: 'none' },
      '',
    ],
    ['no table of its own by default', {}, { associationRouteTableId: 'vtb-1' }, 'route table vtb-1'],
    [
      'each table that it names',
      { routeTableIds: ['vtb-1', 'vtb-2'] },
      { associationRouteTableId: 'vtb-1', propagationRouteTableIds: ['vtb-1', 'vtb-2'] },
      '',
    ],
    [
      'no other table',
      { routeTableIds: ['vtb-1'] },
      { associationRouteTableId: 'vtb-1', propagationRouteTableIds: ['vtb-2', 'vtb-3'] },
      'route table vtb-2, vtb-3',
    ],
    ['no system table that it does not name', { routeTableIds: ['vtb-1'] }, {}, 'route table default'],
    ['every table as *', { routeTableIds: ['*'] }, { associationRouteTableId: 'vtb-9' }, ''],
    ['private blocks by default', {}, { vpcRoutes: ['10.1.0.0/16', '172.16.0.0/12'] }, ''],
    ['no other block by default', {}, { vpcRoutes: ['10.0.0.0/8', '11.0.0.0/8'] }, 'VPC routes 11.0.0.0/8'],
    ['no larger block', {}, { vpcRoutes: ['0.0.0.0/0'] }, 'VPC routes 0.0.0.0/0'],
    ['nothing published by default', {}, { vpcRoutes: 'published' }, 'VPC routes published'],
    ['what it names', { vpcRoutes: ['published', '100.64.0.0/10'] }, { vpcRoutes: 'published' }, ''],
    ['what its blocks contain', { vpcRoutes: ['0.0.0.0/0'] }, { vpcRoutes: ['11.0.0.0/8'] }, ''],
    ['private by a block that contains it', { vpcRoutes: ['0.0.0.0/0'] }, {}, ''],
    ['not private by one of its blocks', { vpcRoutes: ['10.0.0.0/8'] }, {}, 'VPC routes private'],
  ])('allows %s', (_name, fields, options, lack) => {
    const decision = ask(fields, { options })
    expect(refusalOf(decision).split('its rules do not allow ')[1] ?? '').toBe(lack)
  })

  it('asks a detach, and what has no routes, for none', () => {
    const fields: Partial<PolicyRule> = {
      actions: ['attach', 'detach'],
      routeTableIds: ['vtb-1'],
      vpcRoutes: ['published'],
    }
    expect(ask(fields, { action: 'detach' }).answer).toBe('allowed')
    expect(ask(fields, {}, { childInstanceId: 'ccn-1', childInstanceType: 'CCN' }).answer).toBe('allowed')
    const vbr = { childInstanceId: 'vbr-1', childInstanceType: 'VBR' } as const
    expect(
      ask(fields, { options: { associationRouteTableId: 'vtb-1', propagationRouteTableIds: ['vtb-1'] } }, vbr).answer,
    ).toBe('allowed')
  })
})
