import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDeadLetter } from '../../lib/dead-letters/dead-letter-view.js'
import { groupFacts } from '../../lib/dead-letters/facts.js'
import { NO_CHANGES, planRedrive, type RedriveChanges, readEdits } from '../../lib/dead-letters/redrive-plan.js'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const TIMES = { nowMs: NOW, ttlMs: 86_400_000 }
const FIELDS = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
const PASSED = '2026-11-24T18:00:00Z'

const deadLetter = (body: unknown, attributes: Record<string, string> = {}, groupId?: string) =>
  readDeadLetter({
    messageId: 'c0ffee00-0000',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes,
    sentAtMs: NOW - 3 * 86_400_000,
    receiveCount: 1,
    ...(groupId !== undefined && { groupId }),
  })
const changes = (...texts: string[]): RedriveChanges => {
  const { edits, faults } = readEdits(texts)
  expect(faults).toEqual([])
  return { edits, renew: false }
}
const sent = (body: unknown, change = NO_CHANGES): unknown => {
  const plan = planRedrive(deadLetter(body), change, TIMES)
  if (!plan.ok) throw new Error(plan.why)
  return JSON.parse(plan.body)
}

describe('a redrive', () => {
  it.each([
    [{}, 1],
    [{ redriveCount: '1' }, 2],
    [{ redriveCount: '41' }, 42],
    [{ redriveCount: 'often' }, 1],
  ])('increments the redrive count: %j', (attributes, redriveCount) => {
    expect(planRedrive(deadLetter(FIELDS, attributes), NO_CHANGES, TIMES)).toMatchObject({ ok: true, redriveCount })
  })

  it('refuses a body that is nested so deep that it cannot be written again, and goes on with the next', () => {
    const deep = `{"cenId":"cen-1","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    for (const body of [deep, JSON.stringify({ specversion: '1.0', data: deep })]) {
      const why = expect.stringContaining('x: is not a field')
      expect(planRedrive(deadLetter(deep), NO_CHANGES, TIMES)).toMatchObject({ ok: false, why })
      expect(planRedrive(deadLetter(body), changes('x='), TIMES)).toMatchObject({ ok: false })
      expect(groupFacts([deadLetter(body), deadLetter(FIELDS)], ['code'], TIMES)).toMatchObject([{ redrivable: 1 }])
    }
  })

  it('keeps an unchanged body byte for byte', () => {
    fc.assert(
      fc.property(fc.constantFrom('', ' ', '\r\n\t'), fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), (space, id) => {
        const body = `{${space}"CenId":${space}"cen-${id}","childInstanceId":"vpc-1","childInstanceRegionId":"cn-hangzhou"}`
        expect(planRedrive(deadLetter(body), { edits: [], renew: true }, TIMES)).toMatchObject({ ok: true, body })
      }),
    )
  })

  it.each<[string, unknown, string[], object]>([
    ['sets a field', FIELDS, ['cenId=cen-2'], { ...FIELDS, cenId: 'cen-2' }],
    [
      "replaces a field in the API's spelling",
      { ...FIELDS, cenId: undefined, CenId: 'cen-1' },
      ['cenId=cen-2'],
      { ...FIELDS, cenId: 'cen-2' },
    ],
    ["takes the API's spelling", FIELDS, ['ChildInstanceOwnerId=17'], { ...FIELDS, childInstanceOwnerId: '17' }],
    ['removes a field', { ...FIELDS, vpcName: 'x' }, ['vpcName='], FIELDS],
    [
      'removes the envelope',
      { specversion: '1.0', data: { ...FIELDS, cenId: 1 } },
      ['cenId=cen-2'],
      { ...FIELDS, cenId: 'cen-2' },
    ],
    [
      'removes the envelope of an SNS notification, too',
      { Type: 'Notification', Message: JSON.stringify(FIELDS) },
      ['cenId=cen-2'],
      { ...FIELDS, cenId: 'cen-2' },
    ],
    [
      'keeps the request id of the envelope',
      { 'detail-type': 'CEN Attachment Requested', id: 'event-1', detail: FIELDS },
      ['cenId=cen-2'],
      { requestId: 'event-1', ...FIELDS, cenId: 'cen-2' },
    ],
    [
      'keeps the campaign',
      { ...FIELDS, campaignId: 'w', cenId: 'x' },
      ['cenId=cen-2'],
      { ...FIELDS, campaignId: 'w', cenId: 'cen-2' },
    ],
  ])('%s', (_name, body, edits, expected) => {
    expect(sent(body, changes(...edits))).toEqual(expected)
  })

  it('is refused if notAfter has passed, unless it is renewed or edited', () => {
    const late = { ...FIELDS, notAfter: PASSED }
    expect(planRedrive(deadLetter(late), NO_CHANGES, TIMES)).toMatchObject({
      ok: false,
      why: expect.stringContaining('notAfter (2026-11-24T18:00:00.000Z) has passed'),
      todo: expect.stringContaining('--renew'),
    })
    expect(sent(late, { edits: [], renew: true })).toEqual(FIELDS)
    const tomorrow = '2026-11-26T03:00:00Z'
    expect(sent(late, changes(`notAfter=${tomorrow}`))).toEqual({ ...FIELDS, notAfter: tomorrow })
  })

  it('keeps a notAfter in the future, renewed or not', () => {
    const ahead = { ...FIELDS, notAfter: '2026-11-25T04:00:00Z' }
    expect(sent(ahead, { edits: [], renew: true })).toEqual(ahead)
  })

  it.each<[string, unknown, Record<string, string>, string[], RegExp, RegExp]>([
    ['was cut', FIELDS, { truncated: 'true' }, [], /was cut/, /submit the row again/],
    ['is not JSON', 'hello', {}, [], /is not JSON/, /submit a correct request/],
    ['is not JSON, and edited', 'hello', {}, ['cenId=cen-1'], /not a JSON object/, /submit/],
    [
      'lacks a field',
      { cenId: 'cen-1' },
      {},
      [],
      /childInstanceId: is required.*childInstanceRegionId: is required/,
      /--edit/,
    ],
    ['has an unknown field', { ...FIELDS, x: 1 }, {}, [], /x: is not a field/, /removes a field/],
    [
      'contradicts itself once edited',
      { ...FIELDS, childInstanceType: 'VPC' },
      {},
      ['childInstanceId=vbr-1'],
      /is VPC, but/,
      /--edit/,
    ],
    [
      'gets a notAfter too far in the future',
      FIELDS,
      {},
      ['notAfter=2026-12-25T00:00:00Z'],
      /later than 72 hours/,
      /--edit/,
    ],
  ])('is refused with advice if the body %s', (_name, body, attributes, edits, why, todo) => {
    const plan = planRedrive(deadLetter(body, attributes), changes(...edits), TIMES)
    expect(plan).toMatchObject({ ok: false, why: expect.stringMatching(why), todo: expect.stringMatching(todo) })
  })

  it('gives no two messages the same id', () => {
    const one = changes('childInstanceId=vpc-9')
    expect(planRedrive(deadLetter(FIELDS), one, TIMES, 2)).toMatchObject({
      ok: false,
      why: expect.stringContaining('2 are selected'),
    })
    expect(planRedrive(deadLetter(FIELDS), one, TIMES, 1).ok).toBe(true)
    expect(planRedrive(deadLetter(FIELDS), changes('cenId=cen-9', 'requestId='), TIMES, 2).ok).toBe(true)
  })

  it.each<[object, string | undefined, string]>([
    [{}, undefined, 'own-account'],
    [{ childInstanceOwnerId: '17' }, undefined, '17'],
    [{ childInstanceOwnerId: '17' }, 'kept', 'kept'],
  ])('has the group of its owner, or keeps its earlier group: %j, %s', (fields, group, groupId) => {
    expect(planRedrive(deadLetter({ ...FIELDS, ...fields }, {}, group), NO_CHANGES, TIMES)).toMatchObject({ groupId })
  })

  it('may give a list as a cell of a CSV does', () => {
    const edits = changes('zoneMappings=cn-h-a=vsw-1 cn-h-b=vsw-2', 'vpcRoutes=10.0.0.0/8')
    expect(sent(FIELDS, edits)).toMatchObject({
      zoneMappings: [
        { zoneId: 'cn-h-a', vSwitchId: 'vsw-1' },
        { zoneId: 'cn-h-b', vSwitchId: 'vsw-2' },
      ],
      vpcRoutes: ['10.0.0.0/8'],
    })
  })

  it('reports every fault of its edits', () => {
    for (const text of ['action=detach', 'action='])
      expect(readEdits([text])).toEqual({
        edits: [],
        faults: ['--edit action: a redrive keeps the action; submit a file of the rows, with --detach to detach them'],
      })
    const { edits, faults } = readEdits(['cenId', 'cenId=x', 'colour=red', 'dryRun=true', 'dryRun=', '=1'])
    expect(edits).toHaveLength(2)
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      '--edit cenId',
      '--edit cenId',
      '--edit colour',
      '--edit =1',
      '--edit dryRun',
    ])
  })
})
