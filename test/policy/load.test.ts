import { describe, expect, it } from 'vitest'
import { parseRequest } from '../../lib/domain/messages/request.js'
import { readPolicy } from '../../lib/policy/load.js'
import { createPolicy } from '../../lib/policy/policy.js'

const body = JSON.stringify({ cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' })
const parsed = parseRequest(body, { sentAtMs: 0, ttlMs: 1 })
if (!parsed.ok) throw new Error('it is a request')
const { request } = parsed
const noFile = (path: string): string => {
  throw new Error(`no file ${path}`)
}
const rule = { id: 'r', senders: ['AIDA'], cenIds: ['*'], ownerIds: ['*'] }
const text = JSON.stringify({ version: 1, rules: [rule] })
const answers = (setting: string, readFile = noFile, senderId = 'AIDA') => {
  const { policy, faults } = readPolicy(setting, readFile)
  return { answer: policy.evaluate(request, { senderId }, 0).answer, faults }
}

describe('the setting of the policy', () => {
  it('is the word that allows all, with spaces or without', () => {
    for (const setting of ['allow-all', ' allow-all\n'])
      expect(answers(setting, noFile, 'ANYBODY')).toEqual({ answer: 'allowed', faults: [] })
    const { policy } = readPolicy('allow-all', noFile)
    expect([...policy.topics]).toEqual([])
    expect(policy.explain(request, {}, 0)).toEqual([])
  })

  it('is a policy as JSON, or a file that holds one', () => {
    for (const [setting, readFile] of [
      [` ${text} `, noFile],
      ['policy.json', (path: string) => (path === 'policy.json' ? text : '')],
    ] as const) {
      expect(answers(setting, readFile)).toEqual({ answer: 'allowed', faults: [] })
      expect(answers(setting, readFile, 'AIDB').answer).toBe('refused')
    }
  })

  it('denies everything if it has a fault, and names the file and the path of each', () => {
    const bad = JSON.stringify({ version: 2, rules: [] })
    const inline = answers(bad)
    expect(inline).toEqual({ answer: 'refused', faults: ['version: must be 1'] })
    expect(answers('policy.json', () => bad)).toEqual({
      answer: 'refused',
      faults: ['policy.json: version: must be 1'],
    })
    const missing = answers('allow-none')
    expect(missing.answer).toBe('refused')
    expect(missing.faults).toHaveLength(1)
    expect(missing.faults[0]).toMatch(/allow-all.*no file allow-none/)
  })
})

describe('a rule that names several', () => {
  const policy = createPolicy({
    version: 1,
    rules: [
      { id: 'senders', senders: ['AIDA', 'AROA:*'], cenIds: ['*'], ownerIds: ['*'] },
      { id: 'queues', queues: ['one', 'two'], cenIds: ['*'], ownerIds: ['*'] },
    ],
  })
  it.each([
    [{ senderId: 'AIDA' }, 'allowed'],
    [{ senderId: 'AROA:job' }, 'allowed'],
    [{ senderId: 'AIDB' }, 'refused'],
    [{ queueArn: 'arn:aws:sqs:eu-west-1:123456789012:one' }, 'allowed'],
    [{ queueArn: 'arn:aws:sqs:eu-west-1:123456789012:two' }, 'allowed'],
    [{ queueArn: 'arn:aws:sqs:eu-west-1:123456789012:three' }, 'refused'],
    [{}, 'refused'],
  ])('is for each of them: %o is %s', (origin, answer) => {
    expect(policy.evaluate(request, origin, 0).answer).toBe(answer)
  })

  it('shows nothing of a rule that is for others', () => {
    expect(policy.explain(request, { senderId: 'AIDB' }, 0)[0]).toMatchObject({
      id: 'senders',
      isFor: false,
      open: false,
    })
    expect(policy.explain(request, { senderId: 'AIDB' }, 0)[0]?.lacks).toEqual([])
  })
})

describe('a field of the policy file', () => {
  const faults = (fields: object) =>
    readPolicy(JSON.stringify({ version: 1, rules: [{ ...rule, ...fields }] }), noFile).faults
  const weekly = { days: ['mon'], from: '22:00', until: '06:00', offset: '+08:00' }
  const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:topic'

  it.each<[name: string, fields: object]>([
    ['id', { id: 'x y' }],
    ['id', { id: ' x' }],
    ['senders[0]', { senders: ['AIDA*'] }],
    ['queues[0]', { senders: undefined, queues: ['a queue'] }],
    ['topics[0]', { senders: undefined, topics: [`x${TOPIC}`] }],
    ['topics[0]', { senders: undefined, topics: [`${TOPIC}/x`] }],
    ['windows[0].from', { windows: [{ ...weekly, from: '122:00' }] }],
    ['windows[0].from', { windows: [{ ...weekly, from: '22:000' }] }],
    ['windows[0].until', { windows: [{ ...weekly, until: '106:00' }] }],
    ['windows[0].until', { windows: [{ ...weekly, until: '06:001' }] }],
    ['windows[0].offset', { windows: [{ ...weekly, offset: '+08:000' }] }],
    ['windows[0].offset', { windows: [{ ...weekly, offset: 'x+08:00' }] }],
    ['windows[0]', { windows: [{}] }],
    ['freezes[0].until', { freezes: [{ from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }] }],
  ])('that is wrong is named, as a whole and not in part: rules[0].%s', (name, fields) => {
    const found = faults(fields)
    expect(found.map((fault) => fault.split(': ')[0])).toEqual([`rules[0].${name}`])
    // Every fault says what the field must be.
    expect(found[0]).toMatch(/: \S+ .*\S/)
  })

  it.each<[name: string, fields: object]>([
    ['one open end', { freezes: [{ from: '2026-01-02T00:00:00Z' }, { until: '2026-01-01T00:00:00Z' }] }],
    ['a span', { windows: [{ from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' }] }],
    ['an offset of Z', { windows: [{ ...weekly, offset: 'Z', until: '24:00' }] }],
    ['a FIFO topic', { senders: undefined, topics: [`${TOPIC}.fifo`] }],
  ])('that is right has no fault: %s', (_name, fields) => {
    expect(faults(fields)).toEqual([])
  })
})
