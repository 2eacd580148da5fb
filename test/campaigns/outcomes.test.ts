import { describe, expect, it } from 'vitest'
import { differences } from '../../lib/campaigns/expectations.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import type { Outcome } from '../../lib/domain/messages/result.js'
import { resultOf, trackSentRows } from '../support/console/follow-outcomes.js'

const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', requestId: 'r-1' }
const plan = planCampaign([{ where: 'line 2', fields }], { nowMs: 0, ttlMs: 1_000 })
if (!plan.ok) throw new Error('reads')
const [row] = plan.rows
if (!row) throw new Error('has a row')
const result = (outcome: Outcome, at: string, requestId = 'r-1') =>
  resultOf({ ...row.request, requestId }, outcome, { at })

describe('the outcomes of a submission', () => {
  it('change from pending to parked to attached, and never back', () => {
    const outcomes = trackSentRows(plan.rows)
    expect(outcomes.totals()).toMatchObject({ rows: 1, pending: 1 })
    expect(outcomes.addResult(result('grant-required', '2026-11-25T12:00:00Z'))).toBe(true)
    expect(outcomes.totals()).toMatchObject({ grantRequired: 1, pending: 0 })
    expect(outcomes.addResult(result('attached', '2026-11-25T12:00:05Z'))).toBe(true)
    expect(outcomes.addResult(result('grant-required', '2026-11-25T12:00:09Z'))).toBe(false)
    expect(outcomes.addResult(result('failed', '2026-11-25T12:00:01Z'))).toBe(false)
    expect(outcomes.totals()).toMatchObject({ attached: 1, grantRequired: 0 })
  })

  it('are replaced by a later final result of the same request', () => {
    const outcomes = trackSentRows(plan.rows)
    outcomes.addResult(result('failed', '2026-11-25T12:00:00Z'))
    outcomes.addResult(result('attached', '2026-11-25T12:00:05Z'))
    expect(outcomes.totals()).toMatchObject({ attached: 1, failed: 0 })
  })

  it('keep each foreign result apart, once', () => {
    const outcomes = trackSentRows(plan.rows)
    expect(outcomes.addResult(result('failed', '2026-11-25T12:00:00Z', 'body:1'))).toBe(true)
    expect(outcomes.addResult(result('failed', '2026-11-25T12:00:00Z', 'body:1'))).toBe(false)
    expect(outcomes.unrelatedResults()).toHaveLength(1)
  })

  it('are compared with those that a world file expects', () => {
    const outcomes = trackSentRows(plan.rows)
    outcomes.addResult(result('attached', '2026-11-25T12:00:00Z'))
    const expected = { others: { outcome: 'attached' as const }, rows: [] }
    expect(differences(outcomes.rows(), expected)).toEqual([])
    const rows = [{ childInstanceId: 'vpc-1', outcome: 'failed' as const, code: 'Bid.NotFound' }]
    expect(differences(outcomes.rows(), { rows })).toEqual([
      'line 2: vpc-1: outcome is attached, expected failed',
      'line 2: vpc-1: code is none, expected Bid.NotFound',
    ])
  })
})
