import { appendFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findOutstanding } from '../../../lib/campaigns/outstanding.js'
import { findDuplicateRows, type PlannedRow, planCampaign } from '../../../lib/campaigns/plan.js'
import { createMemoryAppendLog } from '../../../lib/campaigns/store/append-log.js'
import { openAppendLog } from '../../../lib/campaigns/store/append-log-file.js'
import { createLedger } from '../../../lib/campaigns/store/ledger.js'
import type { Outcome } from '../../../lib/domain/messages/result.js'
import { resultOf } from '../../support/console/follow-outcomes.js'

const plan = (...rows: Record<string, string>[]): readonly PlannedRow[] => {
  const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
  const planned = planCampaign(
    rows.map((row, index) => ({ where: `line ${index + 2}`, fields: { ...fields, ...row } })),
    { nowMs: 0, ttlMs: 1_000 },
  )
  if (!planned.ok) throw new Error(JSON.stringify(planned.faults))
  return planned.rows
}
const [one] = plan({ requestId: 'r-1' }) as [PlannedRow]
const result = (outcome: Outcome, redriveCount?: number, atMs = 500) =>
  resultOf(one.request, outcome, {
    at: new Date(atMs).toISOString(),
    ...(redriveCount !== undefined && { redriveCount }),
  })
const path = () => join(mkdtempSync(join(tmpdir(), 'cen-attach-ledger-')), 'deep', 'wave.jsonl')

describe('an append-only log in a file', () => {
  it('gives every reader each appended entry once', async () => {
    const name = path()
    const [writer, reader] = [await openAppendLog(name), await openAppendLog(name)]
    await writer.append([{ a: 1 }, { a: 'zwei …' }])
    expect(await reader.readNew()).toEqual([{ a: 1 }, { a: 'zwei …' }])
    await reader.append([{ a: 3 }])
    expect(await reader.readNew()).toEqual([{ a: 3 }])
    expect(await writer.readNew()).toHaveLength(3)
  })

  it.runIf(process.platform === 'linux')('has the file open during a call only', async () => {
    const name = path()
    const log = await openAppendLog(name)
    await log.append([{ a: 1 }])
    await log.readNew()
    const targets = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    })
    expect(targets).not.toContain(name)
  })

  it('loses an incomplete last line and nothing else', async () => {
    const name = path()
    await (await openAppendLog(name)).append([{ a: 1 }])
    appendFileSync(name, '{"a":2,"cut')
    const after = await openAppendLog(name)
    await after.append([{ a: 3 }])
    expect(await after.readNew()).toEqual([{ a: 1 }, { a: 3 }])
    expect(readFileSync(name, 'utf8').split('\n')).toHaveLength(4)
  })
})

describe('the outstanding rows of a campaign', () => {
  const status = async (...entries: Parameters<ReturnType<typeof createLedger>['append']>) => {
    const ledger = createLedger(createMemoryAppendLog())
    await ledger.append({ entry: 'row', row: one }, ...entries)
    await ledger.catchUp()
    const at = (nowMs: number) => findOutstanding([one], ledger, nowMs)
    return { ledger, at }
  }
  const sent = (redriveCount?: number) =>
    ({ entry: 'sent', atMs: 1, requestIds: ['r-1'], ...(redriveCount && { redriveCount }) }) as const

  it('are those never sent and those failed, not those attached, parked or under way', async () => {
    expect((await status()).at(2)).toMatchObject({ send: [{ row: one }], underWay: 0 })
    expect((await status(sent())).at(2)).toMatchObject({ send: [], underWay: 1 })
    const reported = (outcome: Outcome) => status(sent(), { entry: 'result', result: result(outcome) })
    expect((await reported('attached')).at(2)).toMatchObject({ send: [], attached: 1 })
    expect((await reported('grant-required')).at(2)).toMatchObject({ send: [], underWay: 1 })
    expect((await reported('failed')).at(2)).toMatchObject({ send: [{ row: one, redriveCount: 1 }] })
  })

  it('include rows that expired without a result', async () => {
    expect((await status(sent())).at(1_001)).toMatchObject({ send: [{ redriveCount: 1 }] })
  })

  it('are pending once they are sent again, even if the old failure is received afterwards', async () => {
    const failed = { entry: 'result', result: result('failed') } as const
    const { ledger, at } = await status(sent(), failed, sent(1), failed)
    expect(ledger.outcomes.status('r-1')).toBe('pending')
    await ledger.append({ entry: 'result', result: result('failed', 1, 900) })
    await ledger.catchUp()
    expect(ledger.outcomes.totals()).toMatchObject({ rows: 1, failed: 1, pending: 0 })
    expect(at(2).send).toEqual([{ row: one, redriveCount: 2 }])
  })

  it('have a redrive count that no redrive of a dead letter has used', async () => {
    const redriven = { entry: 'result', result: result('failed', 1, 700) } as const
    const { at } = await status(sent(), { entry: 'result', result: result('failed') }, redriven)
    expect(at(2).send).toEqual([{ row: one, redriveCount: 2 }])
  })

  it('keep a result that was received before the ledger recorded the submission', async () => {
    const { ledger } = await status({ entry: 'result', result: result('attached') }, sent())
    expect(ledger.outcomes.status('r-1')).toBe('attached')
  })
})

describe('duplicate rows', () => {
  it('are sent once if they request the same', () => {
    const found = findDuplicateRows(plan({}, {}, { childInstanceId: 'vpc-2' }))
    expect(found.rows).toHaveLength(2)
    expect(found.notices).toEqual(['line 3: requests the same as line 2 (vpc-1 in cen-1); it is sent once'])
  })

  it('are refused if they contradict each other', () => {
    const twice = findDuplicateRows(plan({ requestId: 'r' }, { requestId: 'r', childInstanceId: 'vpc-2' }))
    expect(twice.faults.map(({ where, path: field }) => `${where} ${field}`)).toEqual(['line 3 requestId'])
    const opposite = findDuplicateRows(plan({}, { action: 'detach', cenId: 'cen-2' }))
    expect(opposite.faults).toMatchObject([{ path: 'action' }])
    const otherwise = findDuplicateRows(plan({ vpcRoutes: 'none' }, {}))
    expect(otherwise.faults).toMatchObject([{ path: '$' }])
    expect(findDuplicateRows(plan({ vpcRoutes: 'none' }, { vpcRoutes: 'none' })).notices).toHaveLength(1)
    const owners = findDuplicateRows(plan({ childInstanceOwnerId: '1' }, { childInstanceOwnerId: '2' }))
    expect(owners.faults.map(({ path: field }) => field)).toEqual(['childInstanceOwnerId'])
  })

  it('give a notice if one network is in two CENs', () => {
    const found = findDuplicateRows(plan({}, { cenId: 'cen-2' }))
    expect(found.rows).toHaveLength(2)
    expect(found.notices[0]).toContain('line 3: vpc-1 is requested otherwise on line 2')
  })
})
