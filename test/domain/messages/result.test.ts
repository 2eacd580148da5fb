import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, sha256Hex } from '../../../lib/domain/digest.js'
import { failureOf } from '../../../lib/domain/failure.js'
import { commandOf, grantCall } from '../../../lib/domain/grant-call.js'
import { parseRequest } from '../../../lib/domain/messages/request.js'
import {
  MAX_RESULT_BYTES,
  resultAttributes,
  resultId,
  subjectOfUnreadable,
  toResult,
} from '../../../lib/domain/messages/result.js'
import type { ReceivedMessage } from '../../../lib/messaging/received-message.js'

const message: ReceivedMessage = {
  messageId: 'm',
  handle: { current: 'r' },
  body: '{}',
  receiveCount: 2,
  sentAtMs: 1_000,
  receivedAtMs: 2_000,
}
const body = {
  cenId: 'cen-1',
  childInstanceId: 'vpc-1',
  childInstanceRegionId: 'cn-hangzhou',
  campaignId: 'wave',
  requestId: 'r-1',
}
const parsed = parseRequest(JSON.stringify(body), { sentAtMs: 1_000, ttlMs: 1_000 })
if (!parsed.ok) throw new Error('reads')
const { request } = parsed
const facts = { source: 'urn:test', nowMs: 5_000 }

describe('a result', () => {
  const published = {
    specversion: '1.0',
    source: 'urn:test',
    subject: 'cen-1/vpc-1',
    datacontenttype: 'application/json',
  }
  const attachment = {
    cenId: 'cen-1',
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
  }
  const times = {
    receiveCount: 2,
    requestedAt: '1970-01-01T00:00:01.000Z',
    finishedAt: '1970-01-01T00:00:05.000Z',
    durationMs: 4_000,
  }

  it('has these fields, and no others', () => {
    const ids = { requestId: 'r-1', correlationId: 'c-1', campaignId: 'wave' }
    const named = { ...request, correlationId: 'c-1' }
    expect(toResult(message, named, { ...facts, outcome: 'attached', adopted: true })).toEqual({
      ...published,
      id: sha256Hex(['r-1', request.idempotencyKey, 'cen.attachment.attached.v1'].join('\n')),
      type: 'cen.attachment.attached.v1',
      time: times.finishedAt,
      data: { ...ids, action: 'attach', attachment, outcome: 'attached', adopted: true, ...times },
    })
    const { campaignId: _, ...plain } = request
    const failure = failureOf({ code: 'Bid.NotFound', message: 'no', httpStatus: 404, apiRequestId: 'A-1' })
    expect(toResult(message, plain, { ...facts, outcome: 'failed', failure })).toEqual({
      ...published,
      id: resultId(plain, 'failed'),
      type: 'cen.attachment.failed.v1',
      time: times.finishedAt,
      data: {
        requestId: 'r-1',
        action: 'attach',
        attachment,
        outcome: 'failed',
        adopted: false,
        error: { ...failure, kind: 'rejected', httpStatus: 404, apiRequestId: 'A-1' },
        ...times,
      },
    })
  })

  it('has the grant that is missing, with its command', () => {
    const grant = grantCall(request.attachment, '2000', 'basic')
    const failure = failureOf({ code: 'Forbidden.PermissionDenied' })
    const { data } = toResult(message, request, { ...facts, outcome: 'grant-required', failure, grant })
    expect(data.grant).toEqual({ ...grant, command: commandOf(grant) })
    expect(toResult(message, request, { ...facts, outcome: 'attached' }).data).not.toHaveProperty('grant')
  })

  it('says that nothing took less than no time, if clocks differ', () => {
    expect(toResult(message, request, { ...facts, outcome: 'attached', nowMs: 500 }).data.durationMs).toBe(0)
  })

  it('has an id that depends on request, effect, type and redrive, and on nothing else', () => {
    const id = resultId(request, 'attached')
    expect(toResult({ ...message, receiveCount: 9 }, request, { ...facts, outcome: 'attached', nowMs: 9_999 }).id).toBe(
      id,
    )
    expect(resultId(request, 'failed')).not.toBe(id)
    expect(resultId({ ...request, requestId: 'r-2' }, 'attached')).not.toBe(id)
    expect(resultId(request, 'attached', 1)).not.toBe(id)
    expect(toResult({ ...message, redriveCount: 1 }, request, { ...facts, outcome: 'attached' }).id).toBe(
      resultId(request, 'attached', 1),
    )
  })

  it('has another id for each sender and queue that the policy refused, and none that the request itself could have', () => {
    const refused = (senderId?: string, queueArn?: string) => {
      const origin = { ...(senderId && { senderId }), ...(queueArn && { queueArn }) }
      return toResult({ ...message, ...origin }, request, { ...facts, outcome: 'failed', refused: true })
    }
    const all = [refused(), refused('A'), refused('B'), refused('A', 'q'), refused('A', 'p')]
    const ids = [resultId(request, 'failed'), ...all.map(({ id }) => id)]
    expect(new Set(ids).size).toBe(6)
    expect(refused('A', 'q').id).toBe(all[3]?.id)
    expect(all.map(({ data }) => data.senderId)).toEqual([undefined, 'A', 'B', 'A', 'A'])
    const passed = toResult({ ...message, senderId: 'A' }, request, { ...facts, outcome: 'failed' })
    expect([passed.id, passed.data.senderId]).toEqual([resultId(request, 'failed'), undefined])
  })

  it('has an id for each campaign if it requires a grant', () => {
    const ids = ['wave', 'wave-2', undefined].map((campaignId) => {
      const { campaignId: _, ...subject } = request
      return resultId({ ...subject, ...(campaignId !== undefined && { campaignId }) }, 'grant-required')
    })
    expect(new Set(ids).size).toBe(3)
    expect(resultId({ ...request, campaignId: 'wave-2' }, 'attached')).toBe(resultId(request, 'attached'))
  })

  it('has attributes for filter policies, none of them empty', () => {
    const attached = toResult(message, request, { ...facts, outcome: 'attached' })
    expect(resultAttributes(attached)).toEqual({
      type: 'cen.attachment.attached.v1',
      outcome: 'attached',
      action: 'attach',
      cenId: 'cen-1',
      regionId: 'cn-hangzhou',
      campaignId: 'wave',
    })
    const failed = toResult(message, request, {
      ...facts,
      outcome: 'failed',
      failure: failureOf({ code: 'Bid.NotFound' }),
    })
    expect(resultAttributes(failed)).toMatchObject({ errorCode: 'Bid.NotFound', errorKind: 'rejected' })
    expect(Object.keys(resultAttributes(failed)).length).toBeLessThanOrEqual(10)
  })

  it('of a detach has a type and an id of its own', () => {
    const detach = parseRequest(JSON.stringify({ ...body, action: 'detach' }), { sentAtMs: 1_000, ttlMs: 1_000 })
    if (!detach.ok) throw new Error('reads')
    const result = toResult(message, detach.request, { ...facts, outcome: 'detached' })
    expect(result).toMatchObject({
      type: 'cen.attachment.detached.v1',
      data: { action: 'detach', outcome: 'detached' },
    })
    expect(result.id).not.toBe(resultId(request, 'detached'))
    expect(resultId(detach.request, 'failed')).not.toBe(resultId(request, 'failed'))
  })

  it('names edition, router, zones and routing, whatever the outcome', () => {
    const details = {
      edition: 'enterprise',
      transitRouterId: 'tr-1',
      transitRouterAttachmentId: 'tr-attach-1',
      zoneMappings: [{ zoneId: 'cn-a', vSwitchId: 'vsw-1' }],
      associationRouteTableId: 'vtb-1',
      propagationRouteTableIds: ['vtb-1'],
      vpcRoutes: ['10.0.0.0/8'],
      reasons: ['cn-b is left out: the VPC has no vSwitch there.'],
    } as const
    expect(toResult(message, request, { ...facts, outcome: 'attached', details }).data).toMatchObject(details)
    expect(toResult(message, request, { ...facts, outcome: 'failed', details }).data).toMatchObject(details)
    const verdict = { would: 'attach', reasons: ['r'], details: { edition: 'basic' } } as const
    expect(toResult(message, request, { ...facts, outcome: 'preflight', verdict }).data).toMatchObject({
      edition: 'basic',
    })
  })

  it('has the plan of a preflight, and names how much of it did not fit', () => {
    const call = (index: number) => ({ operation: 'CreateRoute', parameters: { index, block: `10.${index}.0.0/16` } })
    const planOf = (count: number) => Array.from({ length: count }, (_, index) => call(index))
    const preflight = (count: number, reasons: string[] = []) =>
      toResult(message, request, {
        ...facts,
        outcome: 'preflight',
        verdict: { would: 'attach', reasons, plan: planOf(count) },
      }).data
    expect(preflight(3).plan).toEqual(planOf(3))
    expect(preflight(3).reasons).toEqual([])
    for (const reasons of [[], Array.from({ length: 9 }, () => '"'.repeat(9_000))]) {
      const { plan = [], reasons: named = [] } = preflight(2_000, reasons)
      expect(plan.length).toBeGreaterThan(50)
      expect(plan).toEqual(planOf(plan.length))
      expect(named.at(-1)).toBe(`The plan has ${2_000 - plan.length} more calls than a result can carry.`)
    }
  })

  it('has every reason of a preflight that fits, such as one for each zone that is left out', () => {
    const reasons = Array.from({ length: 9 }, (_, index) => `cn-${index} is left out: the VPC has no vSwitch there.`)
    const verdict = { would: 'attach', reasons } as const
    expect(toResult(message, request, { ...facts, outcome: 'preflight', verdict }).data.reasons).toEqual(reasons)
  })

  it('cuts ids and lists that no API gives', () => {
    const ids = Array.from({ length: 9_000 }, (_, index) => `vtb-${index}`)
    const details = { transitRouterId: 'x'.repeat(40_000), propagationRouteTableIds: ids, vpcRoutes: ids }
    const result = toResult(message, request, { ...facts, outcome: 'attached', details })
    expect(byteLength(JSON.stringify(result))).toBeLessThan(MAX_RESULT_BYTES)
    expect(result.data.propagationRouteTableIds?.slice(0, 2)).toEqual(['vtb-0', 'vtb-1'])
  })

  it('stays under 32 KiB, however long plan, lists and reasons are', () => {
    const texts = (count: number) => fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: count })
    const failure = failureOf({ code: 'X', message: '"'.repeat(50_000), advice: '"'.repeat(50_000) })
    const facet = fc.record({ ids: texts(60), reasons: texts(20), calls: texts(120) })
    fc.assert(
      fc.property(facet, ({ ids, reasons, calls }) => {
        const details = {
          edition: 'enterprise' as const,
          transitRouterId: ids.join(''),
          transitRouterAttachmentId: ids.join(''),
          zoneMappings: ids.map((id) => ({ zoneId: id, vSwitchId: id })),
          associationRouteTableId: ids.join(''),
          propagationRouteTableIds: ids,
          vpcRoutes: ids,
          reasons,
        }
        const plan = calls.map((operation) => ({ operation, parameters: { a: operation } }))
        const verdict = { would: 'attach' as const, reasons, plan, details }
        const result = toResult(message, request, { ...facts, outcome: 'preflight', verdict })
        expect(byteLength(JSON.stringify(result))).toBeLessThan(MAX_RESULT_BYTES)
        const failed = toResult(message, request, { ...facts, outcome: 'failed', failure, details })
        expect(byteLength(JSON.stringify(failed))).toBeLessThan(MAX_RESULT_BYTES)
      }),
      { numRuns: 12 },
    )
  })

  it('names an invalid body by its digest, with the fields that are valid', () => {
    const unreadable = parseRequest('{"action":"detach","cenId":"cen-1","childInstanceId":"nonsense"}', {
      sentAtMs: 0,
      ttlMs: 0,
    })
    if (unreadable.ok) throw new Error('cannot be read')
    const subject = subjectOfUnreadable('raw', unreadable.partial)
    const result = toResult(message, subject, {
      ...facts,
      outcome: 'failed',
      failure: failureOf({ code: 'RequestInvalid' }),
    })
    expect(result.subject).toBe('invalid')
    expect(result.data.requestId).toBe(`body:${sha256Hex('raw')}`)
    expect(result.data.attachment).toEqual({ cenId: 'cen-1' })
    expect(result.data.action).toBe('detach')
    expect(resultAttributes(result).action).toBe('detach')
    expect(toResult(message, subjectOfUnreadable('raw', {}), { ...facts, outcome: 'failed' }).data).not.toHaveProperty(
      'action',
    )
  })

  it('stays under 32 KiB, however long the texts of the API', () => {
    const texts = fc.record({
      code: fc.string({ unit: 'binary', maxLength: 5_000 }),
      message: fc.string({ unit: 'binary', maxLength: 60_000 }),
      advice: fc.string({ unit: 'binary', maxLength: 60_000 }),
      apiRequestId: fc.string({ unit: 'binary', maxLength: 5_000 }),
    })
    fc.assert(
      fc.property(texts, (texts) => {
        const result = toResult(message, request, { ...facts, outcome: 'failed', failure: failureOf(texts) })
        expect(byteLength(JSON.stringify(result))).toBeLessThan(MAX_RESULT_BYTES)
      }),
      { numRuns: 50 },
    )
    const quotes = failureOf({ code: 'X', message: '"\u0001'.repeat(50_000), advice: '\u0000'.repeat(50_000) })
    expect(
      byteLength(JSON.stringify(toResult(message, request, { ...facts, outcome: 'failed', failure: quotes }))),
    ).toBeLessThan(MAX_RESULT_BYTES)
  })
})
