import { describe, expect, it } from 'vitest'
import { isOwnResult } from '../../lib/campaigns/own-result.js'
import { type PlannedRow, planCampaign } from '../../lib/campaigns/plan.js'
import { resultFromCen } from '../../lib/campaigns/rebuild.js'
import { recordRow } from '../../lib/campaigns/record.js'

const rowOf = (fields: object): PlannedRow => {
  const one = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', ...fields }
  const plan = planCampaign([{ where: 'line 2', fields: one }], { nowMs: 1_000, ttlMs: 60_000 })
  if (!plan.ok || !plan.rows[0]) throw new Error('a good row')
  return plan.rows[0]
}
const read = (fields: object, reading: Partial<Parameters<typeof resultFromCen>[1]>) =>
  resultFromCen(rowOf(fields), { isComplete: true, readAtMs: 90_000_000, ...reading }, 1_000)

describe('a result that was rebuilt from the list of a CEN', () => {
  it('has no duration and no receive count', () => {
    const row = rowOf({})
    const result = read({}, { entry: { status: 'attached', attachedAtMs: 90_000_000 } })
    if (!result) throw new Error('it is attached')
    const recorded = recordRow({ where: row.where, request: row.request }, [result], result)
    expect(recorded.outcome).toBe('attached')
    expect(recorded).not.toHaveProperty('durationMs')
    expect(recorded).not.toHaveProperty('receiveCount')
  })

  it.each<[string, object, Partial<Parameters<typeof resultFromCen>[1]>, string | undefined]>([
    ['an attach that is attached', {}, { entry: { status: 'attached' } }, 'attached'],
    ['an attach that is attaching', {}, { entry: { status: 'attaching' } }, undefined],
    [
      'an attach whose routes the list does not show',
      {},
      { entry: { status: 'attached', edition: 'enterprise' } },
      undefined,
    ],
    ['a detach that is gone', { action: 'detach' }, {}, 'detached'],
    ['a detach that is still there', { action: 'detach' }, { entry: { status: 'detaching' } }, undefined],
    ['a detach, in a list that is not whole', { action: 'detach' }, { isComplete: false }, undefined],
    ['a detach that also takes a grant back', { action: 'detach', revokeGrant: true }, {}, undefined],
  ])('proves %s: %s', (_name, fields, reading, outcome) => {
    const result = read(fields, reading)
    expect(result?.data.outcome).toBe(outcome)
    if (result) expect(isOwnResult(result, { request: rowOf(fields).request })).toBe(true)
  })
})
