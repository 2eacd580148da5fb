import { describe, expect, it } from 'vitest'
import { idempotencyKey } from '../../../lib/domain/attachment.js'
import { MAX_BODY_BYTES, parseRequest } from '../../../lib/domain/messages/request.js'
import { regionIds, regionsOf } from '../../../lib/emulator/world/regions.js'

const SENT_AT = Date.parse('2026-11-25T12:00:00Z')
const times = { sentAtMs: SENT_AT, ttlMs: 86_400_000 }
const good = { cenId: 'cen-a1', childInstanceId: 'vpc-b2', childInstanceRegionId: 'cn-hangzhou' }
const parse = (value: unknown) => parseRequest(typeof value === 'string' ? value : JSON.stringify(value), times)
const faults = (value: unknown) => {
  const parsed = parse(value)
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path} ${message}`)
}
const read = (value: unknown) => {
  const parsed = parse(value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.request
}

describe('a valid request', () => {
  it('takes its type from the prefix, its request id from the key, and lives a day', () => {
    const request = read(good)
    expect(request.attachment.childInstanceType).toBe('VPC')
    expect(request.requestId).toBe(idempotencyKey(request.attachment))
    expect(request.requestId).toMatch(/^[0-9a-f]{64}$/)
    expect(request.notAfterMs).toBe(SENT_AT + 86_400_000)
  })

  it.each([
    ['vbr-x1', 'VBR'],
    ['ccn-x1', 'CCN'],
  ])('reads %s as a %s', (childInstanceId, type) => {
    expect(read({ ...good, childInstanceId }).attachment.childInstanceType).toBe(type)
  })

  it("accepts the API's own spelling of the five API fields", () => {
    const call = {
      CenId: 'cen-a1',
      ChildInstanceId: 'vpc-b2',
      ChildInstanceType: 'VPC',
      ChildInstanceRegionId: 'cn-hangzhou',
      ChildInstanceOwnerId: 1688000000000001,
    }
    expect(read(call).attachment).toEqual({
      ...good,
      childInstanceType: 'VPC',
      childInstanceOwnerId: '1688000000000001',
    })
  })

  it('keeps its ids, its end and its switches', () => {
    const ids = { requestId: 'r-1', correlationId: 'c-1', campaignId: 'wave' }
    expect(read({ ...good, ...ids, notAfter: '2026-11-26T00:00:00Z', dryRun: true })).toMatchObject({
      ...ids,
      action: 'attach',
      notAfterMs: Date.parse('2026-11-26T00:00:00Z'),
      dryRun: true,
    })
    const plain = read(good)
    expect(plain).toMatchObject({ action: 'attach', dryRun: false })
    for (const id of ['correlationId', 'campaignId']) expect(plain).not.toHaveProperty(id)
    expect(plain.attachment).not.toHaveProperty('childInstanceOwnerId')
  })

  it('may end 72 hours after it was sent, and not a millisecond later', () => {
    const endsAfter = (ms: number) => ({ ...good, notAfter: new Date(SENT_AT + ms).toISOString() })
    expect(read(endsAfter(72 * 3_600_000)).notAfterMs).toBe(SENT_AT + 72 * 3_600_000)
    expect(faults(endsAfter(72 * 3_600_000 + 1))).toEqual([
      'notAfter is later than 72 hours after the message was sent',
    ])
  })

  it('has the idempotency key of its attachment, whatever its other fields', () => {
    const key = read(good).idempotencyKey
    expect(read({ ...good, requestId: 'r-1', correlationId: 'c', childInstanceOwnerId: '17' }).idempotencyKey).toBe(key)
    expect(read({ ...good, cenId: 'cen-a2' }).idempotencyKey).not.toBe(key)
  })

  it.each([
    ['a CloudEvent', { specversion: '1.0', id: '1', type: 't', source: 's', data: good }],
    ['an EventBridge event', { version: '0', 'detail-type': 'Attach', source: 'vending', detail: good }],
    ['an SNS notification', { Type: 'Notification', MessageId: '1', Message: JSON.stringify(good) }],
    [
      'an EventBridge event through SNS',
      { Type: 'Notification', Message: JSON.stringify({ 'detail-type': 'Attach', detail: good }) },
    ],
  ])('unwraps %s', (_name, envelope) => {
    expect(read(envelope).attachment.childInstanceId).toBe('vpc-b2')
  })
})

describe('an invalid request', () => {
  it.each<[string, unknown, string[]]>([
    ['not JSON', 'cenId=cen-a1', ['$ is not JSON']],
    ['an array', [good], ['$ must be a JSON object, not an array']],
    ['a null', 'null', ['$ must be a JSON object, not null']],
    [
      'wrong types',
      { cenId: 7, childInstanceId: null, childInstanceRegionId: {} },
      ['cenId must', 'childInstanceId must', 'childInstanceRegionId must'],
    ],
    ['missing fields', {}, ['cenId is required', 'childInstanceId is required', 'childInstanceRegionId is required']],
    ['an unknown field', { ...good, cenID: 'cen-a1' }, ['cenID is not a field']],
    ['a field given twice', { ...good, CenId: 'cen-a1' }, ['CenId repeats cenId']],
    [
      'a type that contradicts the prefix',
      { ...good, childInstanceType: 'VBR' },
      ['childInstanceType is VBR, but vpc-b2 is a VPC'],
    ],
    [
      'an owner beyond 2^53',
      JSON.stringify(good).replace('}', ',"childInstanceOwnerId":9007199254740993}'),
      ['childInstanceOwnerId must be an account id'],
    ],
    ['an owner with letters', { ...good, childInstanceOwnerId: '17a' }, ['childInstanceOwnerId must be an account id']],
    ['an id with a space', { ...good, childInstanceId: 'vpc-b 2' }, ['childInstanceId must be']],
    ['an id with a quote', { ...good, cenId: 'cen-"a1"' }, ['cenId must be']],
    ['an id of something else', { ...good, childInstanceId: 'vsw-b2' }, ['childInstanceId must be']],
    [
      'a __proto__ key',
      '{"__proto__":{"cenId":"cen-a1"},"childInstanceId":"vpc-b2","childInstanceRegionId":"cn-hangzhou"}',
      ['__proto__ is not a field', 'cenId is required'],
    ],
    ['a constructor key', { ...good, constructor: 1 }, ['constructor is not a field']],
    ['a request id with a slash', { ...good, requestId: 'a/b' }, ['requestId must be']],
    ['a long correlation id', { ...good, correlationId: 'x'.repeat(257) }, ['correlationId must have at most 256']],
    ['a text for a time', { ...good, notAfter: 'tomorrow' }, ['notAfter must be an RFC 3339 time']],
    [
      'a month that does not exist',
      { ...good, notAfter: '2026-13-45T00:00:00Z' },
      ['notAfter must be an RFC 3339 time'],
    ],
    [
      'a day of February that does not exist',
      { ...good, notAfter: '2026-02-30T00:00:00Z' },
      ['notAfter must be an RFC 3339 time'],
    ],
    [
      'an hour that does not exist',
      { ...good, notAfter: '2026-11-26T24:00:00Z' },
      ['notAfter must be an RFC 3339 time'],
    ],
    ['a time beyond 72 hours', { ...good, notAfter: '2026-11-28T12:00:01Z' }, ['notAfter is later than 72 hours']],
    ['a text for dryRun', { ...good, dryRun: 'yes' }, ['dryRun must be true or false']],
    [
      'a fault inside an envelope',
      { 'detail-type': 'Attach', detail: { ...good, cenId: 'x' } },
      ['detail.cenId must be'],
    ],
    [
      'an envelope around a text',
      { Type: 'Notification', Message: 'hello' },
      ['Message must be a JSON object, not a string'],
    ],
  ])('reports every fault of %s', (_name, value, expected) => {
    const found = faults(value)
    expect(found).toHaveLength(expected.length)
    for (const [index, start] of expected.entries()) expect(found[index]?.startsWith(start)).toBe(true)
  })

  it('takes the request id from an event of its own detail-type, and from no other', () => {
    const event = { 'detail-type': 'CEN Attachment Requested', id: 'e-1', detail: good }
    const idOf = (value: object) => {
      const parsed = parseRequest(JSON.stringify(value), times)
      return parsed.ok ? parsed.request.requestId : parsed.faults
    }
    expect(idOf(event)).toBe('e-1')
    expect(idOf({ ...event, detail: { ...good, requestId: 'r-1' } })).toBe('r-1')
    expect(idOf({ ...event, 'detail-type': 'Another' })).toMatch(/^[0-9a-f]{64}$/)
    expect(idOf({ Type: 'Notification', Message: JSON.stringify(event) })).toBe('e-1')
  })

  it('may have a body of 64 KiB, and not one byte more', () => {
    const body = JSON.stringify(good)
    expect(faults(body.padEnd(MAX_BODY_BYTES))).toEqual([])
    expect(faults(body.padEnd(MAX_BODY_BYTES + 1))).toEqual(['$ has 65537 bytes; at most 65536 are read'])
    // The limit is of bytes, not of characters.
    expect(faults(JSON.stringify({ ...good, correlationId: 'ü'.repeat(40_000) }))[0]).toContain('at most 65536')
  })

  it('reports the first 50 faults, then a count', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`field${index}`, 1]))
    const found = faults({ ...good, ...many })
    expect(found).toHaveLength(51)
    expect(found[50]).toBe('$ has 30 more faults')
  })

  it('reports which fields are valid', () => {
    const parsed = parse({ ...good, cenId: 'x', correlationId: 'c-1' })
    expect(parsed.ok ? undefined : parsed.partial).toEqual({
      childInstanceId: 'vpc-b2',
      childInstanceRegionId: 'cn-hangzhou',
      correlationId: 'c-1',
    })
  })
})

describe('a region id', () => {
  const at = (childInstanceRegionId: string) => parseRequest(JSON.stringify({ ...good, childInstanceRegionId }), times)

  it.each(['cn-hangzhou', 'ccn-cn-shanghai', 'rus-west-1', 'cn-shanghai-finance-1', 'me-east-1'])('is %s', (region) => {
    expect(at(region).ok).toBe(true)
  })

  it.each(['oss-cn-hangzhou', 'a.b', 'x@y', 'cn-', 'cn', 'cn-a--b', 'ccn-oss-cn', `cn-${'a'.repeat(62)}`, 'cn-a\n'])(
    'is not %j, which would lead to another host',
    (region) => {
      expect(at(region)).toMatchObject({ ok: false, faults: [{ path: 'childInstanceRegionId' }] })
    },
  )

  it('may be each that the emulator knows', () => {
    for (const region of regionIds(regionsOf())) expect([region, at(region).ok]).toEqual([region, true])
  })
})
