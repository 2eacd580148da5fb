import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDeadLetter } from '../../lib/dead-letters/dead-letter-view.js'
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
  ])('counts one more: %j', (attributes, redriveCount) => {
    expect(planRedrive(deadLetter(FIELDS, attributes), NO_CHANGES, TIMES)).toMatchObject({ ok: true, redriveCount })
  })

  it('leaves a body that nothing changes byte for byte', () => {
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
    ['takes a field out', { ...FIELDS, vpcName: 'x' }, ['vpcName='], FIELDS],
    [
      'takes the request out of its envelope',
      { specversion: '1.0', data: { ...FIELDS, cenId: 1 } },
      ['cenId=cen-2'],
      { ...FIELDS, cenId: 'cen-2' },
    ],
    [
      'out of an SNS notification, too',
      { Type: 'Notification', Message: JSON.stringify(FIELDS) },
      ['cenId=cen-2'],
      { ...FIELDS, cenId: 'cen-2' },
    ],
    [
      'keeps the request id that the envelope stood for',
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

  it('is refused where notAfter has passed, unless it is renewed or set anew', () => {
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

  it('keeps a notAfter that is still ahead, renewed or not', () => {
    const ahead = { ...FIELDS, notAfter: '2026-11-25T04:00:00Z' }
    expect(sent(ahead, { edits: [], renew: true })).toEqual(ahead)
  })

  it.each<[string, unknown, Record<string, string>, string[], RegExp, RegExp]>([
    ['was cut', FIELDS, { truncated: 'true' }, [], /was cut/, /submit the row again/],
    ['is no JSON', 'hello', {}, [], /is not JSON/, /submit a correct request/],
    ['is no JSON, and edited', 'hello', {}, ['cenId=cen-1'], /not a JSON object/, /submit/],
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
      /says VPC/,
      /--edit/,
    ],
    [
      'is given a notAfter too far ahead',
      FIELDS,
      {},
      ['notAfter=2026-12-25T00:00:00Z'],
      /later than 72 hours/,
      /--edit/,
    ],
  ])('is refused with what to do where the body %s', (_name, body, attributes, edits, why, todo) => {
    const plan = planRedrive(deadLetter(body, attributes), changes(...edits), TIMES)
    expect(plan).toMatchObject({ ok: false, why: expect.stringMatching(why), todo: expect.stringMatching(todo) })
  })

  it('gives no two messages one id', () => {
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
  ])('takes its turn with its owner, or keeps the group that it had: %j, %s', (fields, group, groupId) => {
    expect(planRedrive(deadLetter({ ...FIELDS, ...fields }, {}, group), NO_CHANGES, TIMES)).toMatchObject({ groupId })
  })

  it('names every fault of its edits', () => {
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
