import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../lib/attachment-result.js'
import { differences } from '../../lib/campaign/expectations.js'
import { planOnboarding } from '../../lib/onboarding-plan.js'
import { followOutcomes, resultOf } from '../support/followed.js'

const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', requestId: 'r-1' }
const plan = planOnboarding([{ where: 'line 2', fields }], { nowMs: 0, ttlMs: 1_000 })
if (!plan.ok) throw new Error('reads')
const [row] = plan.rows
if (!row) throw new Error('has a row')
const result = (outcome: Outcome, at: string, requestId = 'r-1') =>
  resultOf({ ...row.request, requestId }, outcome, { at })

describe('the outcomes of a submission', () => {
  it('go from pending to parked to attached, and never back', () => {
    const outcomes = followOutcomes(plan.rows)
    expect(outcomes.totals()).toMatchObject({ rows: 1, pending: 1 })
    expect(outcomes.take(result('grant-required', '2026-11-25T12:00:00Z'))).toBe(true)
    expect(outcomes.totals()).toMatchObject({ grantRequired: 1, pending: 0 })
    expect(outcomes.take(result('attached', '2026-11-25T12:00:05Z'))).toBe(true)
    expect(outcomes.take(result('grant-required', '2026-11-25T12:00:09Z'))).toBe(false)
    expect(outcomes.take(result('failed', '2026-11-25T12:00:01Z'))).toBe(false)
    expect(outcomes.totals()).toMatchObject({ attached: 1, grantRequired: 0 })
  })

  it('are superseded by a later final result of the same request', () => {
    const outcomes = followOutcomes(plan.rows)
    outcomes.take(result('failed', '2026-11-25T12:00:00Z'))
    outcomes.take(result('attached', '2026-11-25T12:00:05Z'))
    expect(outcomes.totals()).toMatchObject({ attached: 1, failed: 0 })
  })

  it('keep what belongs to no row apart, once', () => {
    const outcomes = followOutcomes(plan.rows)
    expect(outcomes.take(result('failed', '2026-11-25T12:00:00Z', 'body:1'))).toBe(true)
    expect(outcomes.take(result('failed', '2026-11-25T12:00:00Z', 'body:1'))).toBe(false)
    expect(outcomes.strangers()).toHaveLength(1)
  })

  it('are held against what a world file expects', () => {
    const outcomes = followOutcomes(plan.rows)
    outcomes.take(result('attached', '2026-11-25T12:00:00Z'))
    const expected = { others: { outcome: 'attached' as const }, rows: [] }
    expect(differences(outcomes.rows(), expected)).toEqual([])
    const rows = [{ childInstanceId: 'vpc-1', outcome: 'failed' as const, code: 'Bid.NotFound' }]
    expect(differences(outcomes.rows(), { rows })).toEqual([
      'line 2: vpc-1: outcome is attached, expected failed',
      'line 2: vpc-1: code is none, expected Bid.NotFound',
    ])
  })
})
