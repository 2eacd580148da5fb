import { describe, expect, it } from 'vitest'
import { outcomeTable, totalsLine } from '../../lib/campaigns/outcome-table.js'
import type { RowOutcome } from '../../lib/campaigns/outcomes.js'

const plain = (_outcome: string, text: string) => text
const rows: RowOutcome[] = [
  {
    where: 'line 2',
    requestId: 'r',
    cenId: 'cen-1',
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'x',
    outcome: 'attached',
    adopted: true,
    receiveCount: 1,
    durationMs: 1_234,
  },
  {
    where: 'line 3',
    requestId: 's',
    cenId: 'cen-1',
    childInstanceId: 'vpc-2',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'x',
    outcome: 'failed',
    adopted: false,
    code: 'Bid.NotFound',
    receiveCount: 2,
    durationMs: 20,
  },
]

describe('the table of outcomes', () => {
  it('has a line for each row, without trailing blanks', () => {
    expect(outcomeTable(rows, plain).split('\n')).toEqual([
      'row     cen    child instance  outcome             seconds  receives  code',
      'line 2  cen-1  vpc-1           attached (adopted)      1.2         1',
      'line 3  cen-1  vpc-2           failed                  0.0         2  Bid.NotFound',
    ])
  })

  it('leaves out the CEN on a narrow terminal', () => {
    expect(outcomeTable(rows, plain, 80)).not.toContain('cen-1')
  })

  it('has a line of totals', () => {
    const none = { rows: 1, attached: 1, detached: 0, failed: 0, grantRequired: 0, preflight: 0, pending: 0, unsent: 0 }
    expect(totalsLine(none)).toBe('1 row: 1 attached, 0 failed, 0 grant-required')
    expect(totalsLine({ ...none, attached: 0, detached: 1 })).toContain('0 attached, 1 detached, 0 failed')
    expect(totalsLine({ ...none, rows: 3, pending: 2 })).toBe(
      '3 rows: 1 attached, 0 failed, 0 grant-required, 2 pending',
    )
  })
})
