import { describe, expect, it } from 'vitest'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { createMemoryAppendLog } from '../../lib/campaigns/store/append-log.js'
import { createLedger, type LedgerEntry, sentEntries } from '../../lib/campaigns/store/ledger.js'
import { allConsoleRows, changedRequestIds, rowsOf } from '../../lib/console/rows.js'
import type { Attachment } from '../../lib/domain/attachment.js'
import type { Outcome } from '../../lib/domain/messages/result.js'
import { resultOf } from '../support/console/follow-outcomes.js'

const rowsAsked = ['r-1', 'r-2', 'r-3'].map((requestId, index) => ({
  where: `line ${index + 2}`,
  fields: { cenId: 'cen-1', childInstanceId: `vpc-${index + 1}`, childInstanceRegionId: 'cn-hangzhou', requestId },
}))
const plan = planCampaign(rowsAsked, { nowMs: 0, ttlMs: 1_000 })
if (!plan.ok) throw new Error('reads')
const { rows: planned } = plan

const result = (requestId: string, outcome: Outcome, at: string, attachment = {}): LedgerEntry => {
  const known = planned.find(({ request }) => request.requestId === requestId)?.request
  const request = known ?? { ...(planned[0] as (typeof planned)[number]).request, requestId }
  const requested = Object.keys(attachment).length > 0 ? { ...request, attachment: attachment as Attachment } : request
  return { entry: 'result', result: resultOf(requested, outcome, { at }) }
}

async function ledgerOf(...entries: LedgerEntry[]) {
  const ledger = createLedger(createMemoryAppendLog())
  await ledger.append(...planned.map((row) => ({ entry: 'row' as const, row })), ...entries)
  await ledger.catchUp()
  return ledger
}
const AT = '2026-11-25T12:00:00Z'
const LATER = '2026-11-25T12:01:00Z'

describe('the rows of a running campaign', () => {
  it('that ledger entries change are found, each once', () => {
    const entries = [
      { entry: 'row' as const, row: planned[0] as (typeof planned)[number] },
      ...sentEntries([{ requestId: 'r-1' }, { requestId: 'r-2' }], 5),
      result('r-2', 'attached', AT),
      { entry: 'feed' as const, feed: { queueName: 'q' } },
    ]
    expect(changedRequestIds(entries)).toEqual(['r-1', 'r-2'])
  })

  it('are those of the file, and after them those known only from results', async () => {
    const { outcomes } = await ledgerOf(
      result('elsewhere', 'failed', AT, { cenId: 'cen-9' }),
      result('elsewhere', 'attached', LATER, { cenId: 'cen-9' }),
      result('r-2', 'attached', AT),
    )
    const rows = allConsoleRows(outcomes)
    expect(rows.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([
      ['r-1', undefined],
      ['r-2', 'attached'],
      ['r-3', undefined],
      ['elsewhere', 'attached'],
    ])
    expect(rows.at(-1)).toMatchObject({ line: 'received', attachment: { cenId: 'cen-9', childInstanceId: '' } })
    expect(rowsOf(outcomes, new Set(['elsewhere', 'r-2']))).toEqual([rows[1], rows[3]])
    expect(rowsOf(outcomes, new Set(['nobody']))).toEqual([])
  })

  it('are open again after a redrive of their dead letter, and keep their earlier results', async () => {
    const ledger = await ledgerOf(...sentEntries([{ requestId: 'r-1' }], 0), result('r-1', 'failed', AT))
    await ledger.append(...sentEntries([{ requestId: 'r-1', redriveCount: 1 }], 9))
    await ledger.catchUp()
    const [row] = rowsOf(ledger.outcomes, new Set(['r-1']))
    expect(row?.outcome).toBeUndefined()
    expect(row?.timeline.map(({ event }) => event)).toContain('failed')
  })
})

describe('the ledger entry of a submission', () => {
  it('is one for each redrive count', () => {
    const rows = [{ requestId: 'a' }, { requestId: 'b', redriveCount: 2 }, { requestId: 'c' }]
    expect(sentEntries(rows, 7)).toEqual([
      { entry: 'sent', atMs: 7, requestIds: ['a', 'c'] },
      { entry: 'sent', atMs: 7, requestIds: ['b'], redriveCount: 2 },
    ])
    expect(sentEntries([], 7)).toEqual([])
  })
})
