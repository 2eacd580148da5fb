import { describe, expect, it } from 'vitest'
import { actionsText, doneDurations, histogram, quantile } from '../../../lib/campaigns/facts/done-durations.js'
import { duration, instant, percent, period } from '../../../lib/campaigns/facts/format.js'
import { AREAS, failuresOf, grantsOf, SAME_OWNER, totalsByArea } from '../../../lib/campaigns/facts/groups.js'
import type { RecordedRow } from '../../../lib/campaigns/record.js'
import { summarySentence } from '../../../lib/campaigns/reports/html/overview.js'
import { sampleRecord } from '../../support/console/sample-record.js'

const row = (fields: Partial<RecordedRow> = {}, ownerId?: string): RecordedRow => ({
  line: 'line 2',
  requestId: 'r',
  attachment: {
    cenId: 'cen-1',
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
    ...(ownerId !== undefined && { childInstanceOwnerId: ownerId }),
  },
  timeline: [],
  ...fields,
})
const parked = (command: string | undefined, ownerId?: string) =>
  row(
    { outcome: 'grant-required', grant: { sentence: 'Grant it.', ...(command !== undefined && { command }) } },
    ownerId,
  )

describe('missing grants', () => {
  it('are commands by owner, each once', () => {
    const rows = [
      parked('aliyun vpc A --X 1', '17'),
      parked('aliyun vpc B', '17'),
      parked('aliyun vpc A --X 1', '17'),
      parked('aliyun vpc C', '18'),
    ]
    expect(grantsOf(rows)).toMatchObject([
      { ownerId: '17', commands: ['aliyun vpc A --X 1', 'aliyun vpc B'], sentences: [] },
      { ownerId: '18', commands: ['aliyun vpc C'] },
    ])
  })

  it.each([
    'aliyun vpc A; rm -rf /',
    'aliyun vpc $(id)',
    'rm x',
    'aliyun vpc A\nrm x',
    'aliyun vpc A --X "1"',
    'aliyun',
  ])('are no line to copy where a shell would read more than words: %j', (command) => {
    expect(grantsOf([parked(command)])).toMatchObject([{ commands: [], sentences: ['Grant it.'] }])
  })

  it("belong to the worker's account if RAM refuses its call", () => {
    const error = { code: 'NoPermission', kind: 'unauthorized', message: '', advice: 'Allow it.' }
    expect(grantsOf([row({ outcome: 'grant-required', error }, '17')])).toEqual([
      { isWorkerAccount: true, rows: [expect.anything()], commands: [], sentences: ['Allow it.'] },
    ])
  })

  it('come from the advice if the record has no grant, and from the verdict of a dry run', () => {
    const advice = 'Account 17 must call A'
    const grant = { ownerId: '17', sentence: advice, command: 'aliyun vpc A' }
    const error = { code: 'c', kind: 'not-granted', message: '', advice }
    const rows = [
      row({ outcome: 'grant-required', error }, '17'),
      row(
        { outcome: 'preflight', preflight: { would: 'wait-for-grant', reasons: ['not granted', advice] }, grant },
        '17',
      ),
      row({ outcome: 'preflight', preflight: { would: 'attach', reasons: [] } }, '17'),
    ]
    expect(grantsOf(rows)).toMatchObject([{ ownerId: '17', commands: ['aliyun vpc A'] }])
    expect(grantsOf(rows)[0]?.rows).toHaveLength(2)
  })
})

describe('failures and areas', () => {
  it('are grouped by code, the most frequent first, with each message once', () => {
    const failed = (code: string, message: string) =>
      row({ outcome: 'failed', error: { code, kind: 'rejected', message, advice: `do ${code}` } })
    const groups = failuresOf([
      failed('A', 'x'),
      failed('B', 'y'),
      failed('B', 'z'),
      failed('B', 'y'),
      row({ outcome: 'attached' }),
    ])
    expect(groups.map(({ name, advice, messages, rows }) => [name, advice, rows.length, messages])).toEqual([
      [
        'B',
        'do B',
        3,
        [
          { text: 'y', rows: 2 },
          { text: 'z', rows: 1 },
        ],
      ],
      ['A', 'do A', 1, [{ text: 'x', rows: 1 }]],
    ])
  })

  it('contain every row once in each of region, CEN and owner', () => {
    const { rows } = sampleRecord(400)
    for (const { nameOf } of AREAS)
      expect(totalsByArea(rows, nameOf).reduce((total, area) => total + area.rows, 0)).toBe(400)
    expect(totalsByArea([row()], AREAS[2]?.nameOf ?? String)[0]?.name).toBe(SAME_OWNER)
  })
})

describe('the time to attach or detach', () => {
  const took = (durationMs: number, adopted = false) => row({ outcome: 'attached', adopted, durationMs })

  it('leaves out rows that were so before, and rows that are not done', () => {
    const gone = row({ action: 'detach', outcome: 'detached', adopted: false, durationMs: 25 })
    const some = [took(30), took(1, true), row({ outcome: 'failed', durationMs: 2 }), gone, took(20)]
    expect(doneDurations(some)).toEqual([20, 25, 30])
    expect([some, [gone], [took(1)]].map(actionsText)).toEqual(['attach or detach', 'detach', 'attach'])
  })

  it('has quantiles that are durations of rows', () => {
    const times = Array.from({ length: 10 }, (_, index) => index + 1)
    expect([0, 0.5, 0.9, 1].map((share) => quantile(times, share))).toEqual([1, 5, 9, 10])
    expect(quantile([], 0.5)).toBeUndefined()
  })

  it('has bins that contain each row once, without empty bins at the ends', () => {
    const times = [1_000, 1_499, 1_500, 70_000, 400_000_000]
    const bins = histogram(times)
    expect(bins[0]).toEqual({ fromMs: 1_000, toMs: 1_500, rows: 2 })
    expect(bins.at(-1)).toMatchObject({ toMs: Number.POSITIVE_INFINITY, rows: 1 })
    expect(bins.reduce((total, bin) => total + bin.rows, 0)).toBe(times.length)
    expect(histogram([])).toEqual([])
  })
})

describe('the texts of a report', () => {
  it.each([
    [0, '0.0 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_999, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_999, '1 h'],
    [7_500_000, '2 h 5 min'],
    [undefined, '–'],
  ])('a duration of %s ms is %s', (ms, printed) => {
    expect(duration(ms)).toBe(printed)
  })

  it.each([
    [0, 0, '–'],
    [0, 5, '0 %'],
    [5, 5, '100 %'],
    [4_999, 5_000, '99.9 %'],
    [1, 5_000, '0.1 %'],
    [1, 3, '33.3 %'],
  ])('%s of %s is %s', (part, whole, printed) => {
    expect(percent(part, whole)).toBe(printed)
  })

  it('an invalid instant is a dash, and a period has its date once', () => {
    expect(instant(Number.NaN)).toBe('–')
    expect(period(0, 60_000)).toBe('1970-01-01 00:00:00 to 00:01:00 UTC')
    expect(period(0, 86_400_000)).toBe('1970-01-01 00:00:00 to 1970-01-02 00:00:00 UTC')
  })

  it.each<[string, RecordedRow[]]>([
    ['The campaign has no rows.', []],
    ['1 network is attached.', [row({ outcome: 'attached' })]],
    ['All 2 networks are attached.', [row({ outcome: 'attached' }), row({ outcome: 'attached' })]],
    [
      '0 of 4 networks are attached. 1 failed, for 1 reason. 1 waits for 1 account to grant. 1 has no result yet. 1 was not sent.',
      [row({ outcome: 'failed' }), row({ outcome: 'grant-required' }), row({ submittedAtMs: 1 }), row()],
    ],
    [
      '1 of 2 networks is detached. 1 failed, for 1 reason.',
      [row({ action: 'detach', outcome: 'detached' }), row({ action: 'detach', outcome: 'failed' })],
    ],
    ['1 of 1 network was checked by a dry run; nothing was changed.', [row({ outcome: 'preflight' })]],
  ])('are a sentence: %s', (printed, rows) => {
    expect(summarySentence({ startedAtMs: 0, finishedAtMs: 1, rows })).toBe(printed)
  })
})
