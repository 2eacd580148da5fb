import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countStatuses, ROW_STATUSES } from '../../../lib/campaigns/facts/row-status.js'
import { extentOf, spansOf, statusCountsOverTime } from '../../../lib/campaigns/facts/row-timeline.js'
import type { RecordedRow } from '../../../lib/campaigns/record.js'
import { longestWaiting, MAX_LIFELINES } from '../../../lib/campaigns/reports/charts/row-timelines.js'
import { budget } from '../../support/budget.js'
import { sampleRecord } from '../../support/console/sample-record.js'

const requested = {
  line: 'line 2',
  requestId: 'r',
  attachment: {
    cenId: 'cen-1',
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
  },
  timeline: [],
} as const satisfies RecordedRow

describe('the spans of a row', () => {
  it.each<[string, RecordedRow, string[]]>([
    ['was never sent', requested, []],
    [
      'has no result',
      { ...requested, submittedAtMs: 10, timeline: [{ atMs: 10, event: 'submitted' }] },
      ['pending 10-100'],
    ],
    [
      'waited for a grant',
      {
        ...requested,
        submittedAtMs: 10,
        outcome: 'attached',
        finishedAtMs: 50,
        timeline: [
          { atMs: 10, event: 'submitted' },
          { atMs: 20, event: 'grant-required' },
          { atMs: 50, event: 'attached' },
        ],
      },
      ['pending 10-20', 'grant-required 20-50', 'attached 50-100'],
    ],
    [
      'failed and was sent again',
      {
        ...requested,
        submittedAtMs: 40,
        outcome: 'attached',
        finishedAtMs: 60,
        timeline: [
          { atMs: 10, event: 'submitted' },
          { atMs: 20, event: 'failed' },
          { atMs: 40, event: 'submitted' },
          { atMs: 60, event: 'attached' },
        ],
      },
      ['pending 10-20', 'failed 20-40', 'pending 40-60', 'attached 60-100'],
    ],
    [
      'has its submission time by its duration only',
      { ...requested, outcome: 'failed', finishedAtMs: 50, durationMs: 30, timeline: [{ atMs: 50, event: 'failed' }] },
      ['pending 20-50', 'failed 50-100'],
    ],
    [
      'has no timeline',
      { ...requested, submittedAtMs: 10, outcome: 'attached', finishedAtMs: 50, durationMs: 40 },
      ['pending 10-50', 'attached 50-100'],
    ],
  ])('that %s', (_name, row, expected) => {
    expect(spansOf(row, 100).map(({ status, fromMs, toMs }) => `${status} ${fromMs}-${toMs}`)).toEqual(expected)
  })
})

describe('the counts over time', () => {
  it('count every sent row once, never fewer than before, and end with those of the record', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(1_000), fc.integer({ min: 1, max: 200 }), (count, seed, steps) => {
        const record = sampleRecord(count, { seed })
        const samples = statusCountsOverTime(record, steps)
        expect(samples).toHaveLength(steps + 1)
        const sums = samples.map(({ counts }) => ROW_STATUSES.reduce((total, name) => total + counts[name], 0))
        expect(sums.every((sum, index) => sum >= (sums[index - 1] ?? 0))).toBe(true)
        expect(samples.at(-1)?.counts).toEqual(countStatuses(record.rows))
      }),
      { numRuns: budget({ quick: 30, full: 100 }) },
    )
  })

  it('count a row from the first instant of its status', () => {
    const timeline = [
      { atMs: 10, event: 'submitted' as const },
      { atMs: 45, event: 'attached' as const },
    ]
    const row = { ...requested, submittedAtMs: 10, outcome: 'attached' as const, finishedAtMs: 45, timeline }
    const samples = statusCountsOverTime({ startedAtMs: 0, finishedAtMs: 100, rows: [row] }, 10)
    expect(samples.map(({ counts: { pending, attached } }) => `${pending}${attached}`)).toEqual([
      '00',
      '10',
      '10',
      '10',
      '10',
      '01',
      '01',
      '01',
      '01',
      '01',
      '01',
    ])
  })

  it('includes events before the start of the record, and is never empty', () => {
    const record = { startedAtMs: 100, finishedAtMs: 100, rows: [{ ...requested, submittedAtMs: 40 }] }
    expect(extentOf(record)).toEqual({ startMs: 40, endMs: 100 })
    expect(extentOf({ startedAtMs: 5, finishedAtMs: 5, rows: [] })).toEqual({ startMs: 5, endMs: 6 })
  })
})

describe('the rows of the timeline chart', () => {
  it('are all, or of many those that waited longest, in order of submission', () => {
    const few = sampleRecord(MAX_LIFELINES)
    expect(longestWaiting(few.rows, few.finishedAtMs)).toHaveLength(MAX_LIFELINES)
    const rows = Array.from({ length: 100 }, (_, index) => ({
      ...requested,
      requestId: `r${index}`,
      outcome: 'attached' as const,
      submittedAtMs: 1_000 - index,
      finishedAtMs: 1_000,
      durationMs: index,
    }))
    const chosen = longestWaiting(rows, 1_000).map(({ requestId }) => requestId)
    expect(chosen).toEqual(Array.from({ length: MAX_LIFELINES }, (_, index) => `r${99 - index}`))
  })
})
