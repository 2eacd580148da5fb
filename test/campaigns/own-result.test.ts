/** Which results belong to a row: forged, refused and late results in outcomes, in a resubmission and in the console. */
import { describe, expect, it } from 'vitest'
import { findOutstanding } from '../../lib/campaigns/outstanding.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { createMemoryAppendLog } from '../../lib/campaigns/store/append-log.js'
import { createLedger } from '../../lib/campaigns/store/ledger.js'
import { allConsoleRows, rowsOf } from '../../lib/console/rows.js'
import { parseRequest } from '../../lib/domain/messages/request.js'
import { type ReportedFacts, resultOf, trackSentRows } from '../support/console/follow-outcomes.js'

const fields = {
  cenId: 'cen-1',
  childInstanceId: 'vpc-1',
  childInstanceRegionId: 'cn-hangzhou',
  childInstanceOwnerId: '1700000000000002',
  campaignId: 'wave',
}
const plan = planCampaign([{ where: 'line 2', fields }], { nowMs: 0, ttlMs: 1_000 })
if (!plan.ok || !plan.rows[0]) throw new Error('reads')
const [row] = plan.rows
/** The public idempotency key, which anyone can compute and use as a request id. */
const { idempotencyKey: requestId } = row.request
const claimed = (more: Record<string, unknown> = {}) => {
  const parsed = parseRequest(JSON.stringify({ ...fields, requestId, ...more }), { sentAtMs: 0, ttlMs: 1_000 })
  if (!parsed.ok) throw new Error('reads')
  return parsed.request
}
const ME = 'AROAMINE:job-1'
const THEM = 'AROATHEIRS:job-1'
const trackedRows = (senderId?: string) => trackSentRows(plan.rows, senderId)

describe('a result that claims the request id of a row', () => {
  it.each<[string, Record<string, unknown>]>([
    ['of another network', { childInstanceId: 'vpc-2' }],
    ['of another CEN', { cenId: 'cen-2' }],
    ['of another region', { childInstanceRegionId: 'cn-beijing' }],
    ['of another owner', { childInstanceOwnerId: '1700000000000003' }],
    ['of no owner', { childInstanceOwnerId: undefined }],
  ])('is foreign if it is %s: the row stays open and is still to be sent again', async (_name, other) => {
    const ledger = createLedger(createMemoryAppendLog())
    await ledger.append(
      { entry: 'row', row },
      { entry: 'sent', atMs: 1, requestIds: [requestId] },
      { entry: 'result', result: resultOf(claimed(other), 'attached') },
      { entry: 'result', result: resultOf(claimed(other), 'failed') },
    )
    await ledger.catchUp()
    expect(ledger.outcomes.totals()).toMatchObject({ rows: 1, pending: 1, attached: 0, failed: 0 })
    expect(ledger.outcomes.unrelatedResults()).toHaveLength(2)
    expect(ledger.outcomes.record({ startedAtMs: 0, nowMs: 1 }).rows).toMatchObject([{ timeline: [{}] }])
    expect(findOutstanding(plan.rows, ledger, 1_001).send).toHaveLength(1)
  })

  it('is foreign if it is of the other action', () => {
    const outcomes = trackedRows(ME)
    expect(outcomes.addResult(resultOf(claimed({ action: 'detach' }), 'detached'))).toBe(true)
    outcomes.addResult(resultOf(claimed({ action: 'detach' }), 'failed'))
    outcomes.addResult(resultOf(claimed(), 'detached'))
    expect(outcomes.totals()).toMatchObject({ pending: 1, detached: 0, failed: 0 })
    expect(outcomes.unrelatedResults()).toHaveLength(3)
  })

  it('belongs to a detach if it is detached, which is not sent again', async () => {
    const detach = planCampaign([{ where: 'line 2', fields: { ...fields, action: 'detach' } }], {
      nowMs: 0,
      ttlMs: 1_000,
    })
    if (!detach.ok || !detach.rows[0]) throw new Error('reads')
    const [{ request }] = detach.rows as [(typeof detach.rows)[number]]
    const ledger = createLedger(createMemoryAppendLog())
    await ledger.append(
      { entry: 'row', row: detach.rows[0] },
      { entry: 'sent', atMs: 1, requestIds: [request.requestId] },
      { entry: 'result', result: resultOf(request, 'detached') },
    )
    await ledger.catchUp()
    expect(ledger.outcomes.totals()).toMatchObject({ rows: 1, detached: 1, pending: 0 })
    expect(findOutstanding(detach.rows, ledger, 2)).toMatchObject({ send: [], detached: 1 })
    expect(ledger.outcomes.record({ startedAtMs: 0, nowMs: 1 }).rows).toMatchObject([{ action: 'detach' }])
  })

  it('belongs to it if all match, with any redrive count', () => {
    for (const redriveCount of [undefined, 1, 7]) {
      const outcomes = trackedRows(ME)
      const reported: ReportedFacts = redriveCount === undefined ? {} : { redriveCount }
      expect(outcomes.addResult(resultOf(claimed(), 'attached', reported))).toBe(true)
      expect(outcomes.totals()).toMatchObject({ attached: 1 })
    }
  })

  it('is foreign if its id is none of those of the row', () => {
    const outcomes = trackedRows()
    outcomes.addResult({ ...resultOf(claimed(), 'attached'), id: 'f'.repeat(64) })
    expect(outcomes.totals()).toMatchObject({ pending: 1 })
    outcomes.addResult(resultOf(claimed({ campaignId: 'another' }), 'grant-required'))
    expect(outcomes.totals()).toMatchObject({ pending: 1 })
  })

  it('is foreign if it is a dry run and the row is not, or the reverse', () => {
    const outcomes = trackedRows()
    outcomes.addResult(resultOf(claimed({ dryRun: true }), 'preflight'))
    expect(outcomes.totals()).toMatchObject({ pending: 1 })
    const dry = planCampaign([{ where: 'line 2', fields: { ...fields, dryRun: true } }], { nowMs: 0, ttlMs: 1 })
    if (!dry.ok) throw new Error('reads')
    const requested = trackSentRows(dry.rows)
    requested.addResult(resultOf(claimed(), 'attached'))
    expect(requested.totals()).toMatchObject({ pending: 1 })
    requested.addResult(resultOf(claimed({ dryRun: true }), 'preflight'))
    expect(requested.totals()).toMatchObject({ preflight: 1 })
  })
})

describe('a refusal by policy', () => {
  it('of another sender is foreign, and the row stays open', () => {
    const outcomes = trackedRows(ME)
    outcomes.addResult(resultOf(claimed(), 'failed', { refused: THEM }))
    expect(outcomes.totals()).toMatchObject({ pending: 1 })
    expect(outcomes.unrelatedResults()[0]?.data).toMatchObject({ senderId: THEM })
  })

  it('of the sender of the row belongs to it, and names the sender', () => {
    const outcomes = trackedRows(ME)
    outcomes.addResult(resultOf(claimed(), 'failed', { refused: ME }))
    expect(outcomes.rows()).toMatchObject([{ outcome: 'failed', code: 'PolicyDenied', senderId: ME }])
  })

  it('belongs to the row and names the sender if the sender of the row is unknown', () => {
    const outcomes = trackedRows()
    outcomes.addResult(resultOf(claimed(), 'failed', { refused: THEM }))
    expect(outcomes.rows()).toMatchObject([{ outcome: 'failed', senderId: THEM }])
  })

  it('never replaces another final result of the request, whichever comes first', () => {
    const attached = resultOf(claimed(), 'attached', { at: '2026-11-25T12:00:00Z' })
    const refusal = resultOf(claimed(), 'failed', { refused: THEM, at: '2026-11-25T12:00:05Z' })
    for (const order of [
      [attached, refusal],
      [refusal, attached],
    ]) {
      const outcomes = trackedRows()
      for (const one of order) outcomes.addResult(one)
      expect(outcomes.totals()).toMatchObject({ attached: 1, failed: 0 })
    }
  })

  it('of an earlier submission does not end the next one; of the next one it does, even if it comes first', () => {
    const [first, second] = [Date.parse('2026-11-25T12:00:00Z'), Date.parse('2026-11-25T12:10:00Z')]
    const outcomes = trackSentRows([])
    outcomes.add(row)
    outcomes.sent(requestId, first, undefined, ME)
    outcomes.addResult(resultOf(claimed(), 'failed', { refused: ME, sentAtMs: first + 40 }))
    outcomes.sent(requestId, second, 1, ME)
    expect(outcomes.totals()).toMatchObject({ pending: 1 })
    const heardEarly = trackSentRows([])
    heardEarly.add(row)
    heardEarly.sent(requestId, first, undefined, ME)
    heardEarly.addResult(resultOf(claimed(), 'failed', { refused: ME, redriveCount: 1, sentAtMs: second + 40 }))
    heardEarly.sent(requestId, second, 1, ME)
    expect(heardEarly.totals()).toMatchObject({ failed: 1 })
  })
})

describe('a foreign result', () => {
  const TEXT = 'CALL +1 555 0100'
  it('is shown without any text of its sender', () => {
    const outcomes = trackedRows(ME)
    const forged = resultOf(claimed({ childInstanceId: 'vpc-2', correlationId: TEXT }), 'failed')
    const error = { ...(forged.data.error as NonNullable<typeof forged.data.error>), message: TEXT, advice: TEXT }
    outcomes.addResult({ ...forged, data: { ...forged.data, error } })
    expect(outcomes.unrelatedResults()).toMatchObject([{ data: { requestId, error: { code: 'Bid.NotFound' } } }])
    expect(JSON.stringify(outcomes.unrelatedResults())).not.toContain(TEXT)
    expect(JSON.stringify(allConsoleRows(outcomes))).not.toContain(TEXT)
  })

  it('is a separate row of the console, beside the row that it claims', () => {
    const outcomes = trackedRows(ME)
    outcomes.addResult(resultOf(claimed({ childInstanceId: 'vpc-2' }), 'attached'))
    outcomes.addResult(resultOf(claimed(), 'failed', { refused: THEM }))
    const rows = allConsoleRows(outcomes)
    expect(rows.map(({ line, requestId: name, outcome }) => [line, name, outcome])).toEqual([
      ['line 2', requestId, undefined],
      ['foreign', `${requestId} (foreign)`, 'attached'],
      ['foreign', `${requestId} (foreign 2)`, 'failed'],
    ])
    expect(rowsOf(outcomes, new Set([requestId]))).toEqual(rows)
  })

  it('is a row for each attachment if the rows are not known', () => {
    const outcomes = trackSentRows([])
    outcomes.addResult(resultOf(claimed(), 'failed'))
    outcomes.addResult(resultOf(claimed({ childInstanceId: 'vpc-2' }), 'attached', { at: '2026-11-25T12:00:09Z' }))
    expect(allConsoleRows(outcomes).map(({ outcome, attachment }) => [attachment.childInstanceId, outcome])).toEqual([
      ['vpc-1', 'failed'],
      ['vpc-2', 'attached'],
    ])
  })
})
