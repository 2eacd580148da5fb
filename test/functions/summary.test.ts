/** What a campaign prints as its advice. */
import { expect, it } from 'vitest'
import { adviceLines, zoneLines } from '../../functions/campaigns/summary.js'
import type { RowOutcome } from '../../lib/campaigns/outcomes.js'

const row = (index: number, fields: Partial<RowOutcome>): RowOutcome => ({
  where: `line ${index}`,
  requestId: `r-${index}`,
  cenId: 'cen-1',
  childInstanceId: `vpc-${index}`,
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-a',
  outcome: 'failed',
  advice: 'Do this.',
  message: `message ${index}`,
  ...fields,
})

it('advice is printed once, with the messages that name what blocks a detach, at most ten', () => {
  const blocked = Array.from({ length: 12 }, (_, index) => row(index, { code: 'DetachBlocked' }))
  const lines = adviceLines([row(90, { code: 'Bid.NotFound' }), row(91, { code: 'Bid.NotFound' }), ...blocked])
  expect(lines.slice(0, 3)).toEqual([
    '  Bid.NotFound: Do this.',
    '  DetachBlocked: Do this.',
    '    line 0: vpc-0: message 0',
  ])
  expect(lines).toHaveLength(13)
  expect(lines.at(-1)).toBe('    and 2 more; a report (--report) has all of them')
  expect(adviceLines([row(1, { code: 'RoutingConflict' })])).toHaveLength(2)
  const refused = row(3, { code: 'RequestInvalid', message: 'vpcRoutes: must be none or published' })
  expect(adviceLines([refused])).toEqual([
    '  RequestInvalid: Do this.',
    '    line 3: vpc-3: vpcRoutes: must be none or published',
  ])
  // As recovered from a dead letter.
  expect(adviceLines([row(1, { code: 'RoutingConflict', message: '' })])).toEqual(['  RoutingConflict: Do this.'])
})

it('why attachments have no other zones is printed for each row, at most ten', () => {
  const attached = (index: number, reasons?: string[]) => ({
    line: `line ${index}`,
    attachment: {
      cenId: 'cen-1',
      childInstanceId: `vpc-${index}`,
      childInstanceType: 'VPC',
      childInstanceRegionId: 'r',
    },
    details: { edition: 'enterprise', ...(reasons && { reasons }) },
  })
  const rows = Array.from({ length: 12 }, (_, index) => attached(index, ['r-a is left out: x.', 'r-b is left out: y.']))
  const lines = zoneLines([attached(90), ...rows] as Parameters<typeof zoneLines>[0])
  expect(lines.slice(0, 2)).toEqual(['\nzones left out:', '    line 0: vpc-0: r-a is left out: x. r-b is left out: y.'])
  expect(lines).toHaveLength(12)
  expect(zoneLines([])).toEqual([])
})
