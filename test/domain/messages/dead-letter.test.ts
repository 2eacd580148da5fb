import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength } from '../../../lib/domain/digest.js'
import { failureOf } from '../../../lib/domain/failure.js'
import { toDeadLetter } from '../../../lib/domain/messages/dead-letter.js'
import type { ReceivedMessage } from '../../../lib/messaging/received-message.js'
import { budget } from '../../support/budget.js'

const message = (body: string): ReceivedMessage => ({
  messageId: 'm',
  handle: { current: 'r' },
  body,
  receiveCount: 3,
  sentAtMs: 0,
  receivedAtMs: 0,
})
const facts = (code = 'Bid.NotFound', text = 'no such account') => ({
  reason: 'rejected' as const,
  failure: failureOf({ code, message: text, apiRequestId: 'A-1' }),
  requestId: 'r-1',
  resultId: 'f'.repeat(64),
})
const size = ({ body, attributes }: { body: string; attributes: Readonly<Record<string, string>> }) =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + byteLength(name) + 6 + byteLength(value),
    byteLength(body),
  )

describe('a dead letter', () => {
  it('keeps the body byte for byte and has the reason in its attributes', () => {
    const body = '{"cenId": "cen-1" ,\r\n "x":"ü\\u0000"}'
    const deadLetter = toDeadLetter(message(body), facts(), 262_144)
    expect(deadLetter.body).toBe(body)
    expect(deadLetter.attributes).toEqual({
      reason: 'rejected',
      errorCode: 'Bid.NotFound',
      errorKind: 'rejected',
      advice: 'childInstanceOwnerId is not an account that exists; correct it.',
      requestId: 'r-1',
      apiRequestId: 'A-1',
      receiveCount: '3',
      requestedAt: '1970-01-01T00:00:00.000Z',
      resultId: 'f'.repeat(64),
    })
  })

  it('names the sender that the policy refused, in at most 10 attributes', () => {
    const refused = { ...facts('PolicyDenied'), senderId: 'AROAOTHER:job-1' }
    const { attributes } = toDeadLetter({ ...message('{}'), redriveCount: 1 }, refused, 262_144)
    expect(attributes.senderId).toBe('AROAOTHER:job-1')
    expect(attributes).not.toHaveProperty('apiRequestId')
    expect(Object.keys(attributes)).toHaveLength(10)
  })

  it('replaces control characters and omits empty attributes', () => {
    const { attributes } = toDeadLetter(message('{}'), { ...facts('A\u0000B\u001f', ''), requestId: '' }, 262_144)
    expect(attributes.errorCode).toBe('A B ')
    expect(attributes).not.toHaveProperty('requestId')
  })

  it('drops advice first, then all but reason and result id, then the end of the body', () => {
    const at = (bytes: number) => toDeadLetter(message('x'.repeat(2_000)), facts(), bytes)
    const all = size(at(10_000))
    const advice = byteLength(`advice${at(10_000).attributes.advice}`) + 6
    expect(Object.keys(at(all).attributes)).toContain('advice')
    expect(Object.keys(at(all - 1).attributes)).not.toContain('advice')
    expect(Object.keys(at(all - advice).attributes)).toContain('errorCode')
    expect(at(all - advice - 1).attributes).toEqual({ reason: 'rejected', resultId: 'f'.repeat(64) })
    expect(at(all - advice - 1).body).toHaveLength(2_000)
    expect(at(2_000).attributes).toEqual({ reason: 'rejected', resultId: 'f'.repeat(64), truncated: 'true' })
    expect(at(2_000).body.length).toBeLessThan(2_000)
  })

  it('keeps the redrive count, however small the limit', () => {
    for (const bytes of [262_144, 2_100, 1_500]) {
      const deadLetter = toDeadLetter({ ...message('x'.repeat(2_000)), redriveCount: 2 }, facts(), bytes)
      expect(deadLetter.attributes.redriveCount).toBe('2')
      expect(Object.keys(deadLetter.attributes).length).toBeLessThanOrEqual(10)
    }
  })

  it('never exceeds the limit of its queue', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 3_000 }),
        fc.integer({ min: 1_024, max: 4_096 }),
        (body, maxBytes) => {
          const deadLetter = toDeadLetter(message(body), facts(), maxBytes)
          expect(size(deadLetter)).toBeLessThanOrEqual(maxBytes)
          expect(Object.keys(deadLetter.attributes).length).toBeLessThanOrEqual(10)
        },
      ),
      { numRuns: budget({ quick: 30, full: 100 }) },
    )
  })
})
