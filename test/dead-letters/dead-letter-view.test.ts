import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FoundMessage, readDeadLetter } from '../../lib/dead-letters/dead-letter-view.js'
import { failureOf } from '../../lib/domain/failure.js'
import { toDeadLetter } from '../../lib/domain/messages/dead-letter.js'

const found = (body: string, more: Partial<FoundMessage> = {}): FoundMessage => ({
  messageId: 'c0ffee00-0000-4000-8000-000000000001',
  body,
  attributes: {},
  sentAtMs: Date.parse('2026-11-23T08:00:00Z'),
  receiveCount: 1,
  ...more,
})
const FIELDS = {
  CenId: 'cen-1',
  childInstanceId: 'vpc-1',
  childInstanceRegionId: 'cn-hangzhou',
  childInstanceOwnerId: 1700000000000002,
  campaignId: 'wave-3',
}
const received = (body: string, redriveCount?: number) => ({
  messageId: 'm',
  handle: { current: 'r' },
  body,
  receiveCount: 3,
  sentAtMs: Date.parse('2026-11-22T08:00:00Z'),
  receivedAtMs: 0,
  ...(redriveCount !== undefined && { redriveCount }),
})

describe('a dead letter', () => {
  it.each([[undefined], [4]])("has the worker's attributes, and its redrive count: %s", (redriveCount) => {
    const body = JSON.stringify(FIELDS)
    const failure = failureOf({ code: 'Bid.NotFound' })
    const { attributes } = toDeadLetter(
      received(body, redriveCount),
      { reason: 'rejected', failure, requestId: 'r-1', resultId: 'f'.repeat(64) },
      262_144,
    )
    expect(readDeadLetter(found(body, { attributes }))).toMatchObject({
      origin: 'worker',
      reason: 'rejected',
      code: 'Bid.NotFound',
      kind: 'rejected',
      advice: 'childInstanceOwnerId is not an account that exists; correct it.',
      redriveCount: redriveCount ?? 0,
      campaignId: 'wave-3',
      attachment: { cenId: 'cen-1', childInstanceType: 'VPC', childInstanceOwnerId: '1700000000000002' },
      requestedAtMs: Date.parse('2026-11-22T08:00:00Z'),
    })
  })

  it.each<[string, Partial<FoundMessage>]>([
    ['backstop', { sourceArn: 'arn:aws:sqs:eu-west-1:1:requests', receiveCount: 1_001 }],
    ['foreign', {}],
    ['foreign', { attributes: { reason: 'because' } }],
    ['backstop', { sourceArn: 'arn:aws:sqs:eu-west-1:1:requests', attributes: { redriveCount: '1' } }],
  ])('has the origin %s without attributes of the worker: %j', (origin, more) => {
    const deadLetter = readDeadLetter(found(JSON.stringify(FIELDS), more))
    expect(deadLetter).toMatchObject({ origin, campaignId: 'wave-3', attachment: { cenId: 'cen-1' } })
    expect(deadLetter).not.toHaveProperty('code')
    expect(deadLetter).not.toHaveProperty('reason')
    expect(deadLetter.advice.length).toBeGreaterThan(20)
  })

  it('with its reason only still has advice', () => {
    const attributes = { reason: 'expired', resultId: 'f'.repeat(64), truncated: 'true' }
    const deadLetter = readDeadLetter(found('{"cenId":"cen-1","child', { attributes }))
    expect(deadLetter).toMatchObject({ origin: 'worker', reason: 'expired', truncated: true, attachment: {} })
    expect(deadLetter.advice).toContain('result id')
  })

  it('is read whatever its content is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
        fc.dictionary(fc.string(), fc.string()),
        (body, attributes) => {
          expect(readDeadLetter(found(body, { attributes })).body).toBe(body)
        },
      ),
    )
  })
})
