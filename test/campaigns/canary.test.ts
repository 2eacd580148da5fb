import { describe, expect, it } from 'vitest'
import { failingRegions, splitCanary } from '../../lib/campaigns/canary.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { resultOf, trackSentRows } from '../support/console/follow-outcomes.js'

const regions = ['cn-hangzhou', 'cn-hangzhou', 'cn-beijing', 'cn-hangzhou', 'cn-beijing', 'cn-beijing']
const plan = planCampaign(
  regions.map((childInstanceRegionId, index) => ({
    where: `line ${index + 2}`,
    fields: { cenId: 'cen-1', childInstanceId: `vpc-${index}`, requestId: `r-${index}`, childInstanceRegionId },
  })),
  { nowMs: 0, ttlMs: 1_000 },
)
if (!plan.ok) throw new Error('reads')
const all = plan.rows.map((row) => ({ row }))

describe('a canary', () => {
  it('has the first rows of each region; the other rows keep their order', () => {
    const { canary, rest } = splitCanary(all, 2)
    expect(canary.map(({ row }) => row.where)).toEqual(['line 2', 'line 3', 'line 4', 'line 6'])
    expect(rest.map(({ row }) => row.where)).toEqual(['line 5', 'line 7'])
  })

  it('has attaches and detaches of each region, which fail apart', () => {
    const actions = ['attach', 'attach', 'detach', 'detach'] as const
    const mixed = planCampaign(
      actions.map((action, index) => ({
        where: `line ${index + 2}`,
        fields: { action, cenId: 'cen-1', childInstanceId: `vpc-${index}`, childInstanceRegionId: 'cn-beijing' },
      })),
      { nowMs: 0, ttlMs: 1_000 },
    )
    if (!mixed.ok) throw new Error('reads')
    const { canary, rest } = splitCanary(
      mixed.rows.map((row) => ({ row })),
      1,
    )
    expect(canary.map(({ row }) => row.where)).toEqual(['line 2', 'line 4'])
    expect(rest.map(({ row }) => row.where)).toEqual(['line 3', 'line 5'])
    const outcomes = trackSentRows(mixed.rows)
    for (const { row } of canary)
      outcomes.addResult(resultOf(row.request, row.request.action === 'attach' ? 'attached' : 'failed'))
    const failing = { regionId: 'cn-beijing', action: 'detach', rows: 1, failed: 1 }
    expect(failingRegions(canary, outcomes, 0)).toEqual([failing])
  })

  it.each([
    ['failed', 0, ['cn-beijing']],
    ['failed', 49, ['cn-beijing']],
    ['failed', 50, []],
    ['grant-required', 0, ['cn-beijing']],
    ['attached', 0, []],
  ] as const)('of which one of two is %s, with %i %% allowed, fails in %j', (outcome, percent, expected) => {
    const { canary } = splitCanary(all, 2)
    const outcomes = trackSentRows(plan.rows)
    for (const { row } of canary) {
      const { requestId } = row.request
      outcomes.addResult(resultOf(row.request, requestId === 'r-2' ? outcome : 'attached'))
    }
    expect(failingRegions(canary, outcomes, percent).map(({ regionId }) => regionId)).toEqual(expected)
  })
})
