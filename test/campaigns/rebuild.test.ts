import { describe, expect, it } from 'vitest'
import { isOwnResult } from '../../lib/campaigns/own-result.js'
import { type PlannedRow, planCampaign } from '../../lib/campaigns/plan.js'
import { failedResultFromDeadLetter, resultFromCen } from '../../lib/campaigns/rebuild.js'
import { recordRow, toRecord } from '../../lib/campaigns/record.js'
import { reportHtml } from '../../lib/campaigns/reports/html/page.js'
import { readRecord, reportJson } from '../../lib/campaigns/reports/json.js'

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

describe('a result that was rebuilt from a dead letter', () => {
  it.each<[string, Record<string, string>]>([
    ['a receive count that is none', { receiveCount: 'many' }],
    ['a receive count beyond every number', { receiveCount: '1e400' }],
    ['a negative receive count', { receiveCount: '-1' }],
    ['a time before 1970', { requestedAt: '1900-01-01T00:00:00Z' }],
    ['a time that is none', { requestedAt: 'yesterday' }],
  ])('has a record and a page with %s', async (_name, attributes) => {
    const { body } = rowOf({ campaignId: 'wave' })
    const worker = { reason: 'rejected', resultId: 'f'.repeat(64), errorCode: 'Bid.NotFound', ...attributes }
    const found = failedResultFromDeadLetter({ body, attributes: worker, sentAtMs: 5_000 }, 'wave')
    if (!found) throw new Error('it is a dead letter of the campaign')
    // As the ledger keeps it.
    const { row, result } = JSON.parse(JSON.stringify(found)) as typeof found
    const atMs = Date.parse(result.data.requestedAt)
    const recorded = recordRow({ where: row.where, request: row.request, submittedAtMs: atMs }, [result], result)
    const record = toRecord({ startedAtMs: 1_000, nowMs: 9_000 }, [recorded])
    expect(readRecord(reportJson(record))).toEqual({ ok: true, record })
    expect(await reportHtml(record)).toContain('Bid.NotFound')
    expect(recorded).toMatchObject({ receiveCount: 1, outcome: 'failed' })
  })
})
