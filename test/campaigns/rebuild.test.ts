import { describe, expect, it } from 'vitest'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { readRows } from '../../lib/campaigns/read-rows.js'
import { attachedResultFromCen } from '../../lib/campaigns/rebuild.js'
import { recordRow } from '../../lib/campaigns/record.js'

describe('a result that was rebuilt from the list of a CEN', () => {
  it('has no duration and no receive count', () => {
    const { rows } = readRows('cenId,childInstanceId,childInstanceRegionId\ncen-1,vpc-1,cn-hangzhou\n')
    const plan = planCampaign(rows, { nowMs: 1_000, ttlMs: 60_000, campaignId: undefined })
    if (!plan.ok || !plan.rows[0]) throw new Error('a good row')
    const [row] = plan.rows
    const result = attachedResultFromCen(row, 90_000_000, 1_000)
    const recorded = recordRow({ where: row.where, request: row.request }, [result], result)
    expect(recorded.outcome).toBe('attached')
    expect(recorded).not.toHaveProperty('durationMs')
    expect(recorded).not.toHaveProperty('receiveCount')
  })
})
