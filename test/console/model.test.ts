import { describe, expect, it } from 'vitest'
import { countStatuses, countsText, statusOf } from '../../lib/campaigns/facts/row-status.js'
import { createCampaignState, isAtRest } from '../../lib/console/model/campaign-state.js'
import { cenMap } from '../../lib/console/model/cen-map.js'
import { filterRows, NO_FILTER } from '../../lib/console/model/row-filter.js'
import type { StreamEvent } from '../../lib/console/protocol.js'
import { sampleRecord } from '../support/console/sample-record.js'

const { rows } = sampleRecord(300)
const head = { title: 'wave-3', requestQueue: 'requests', startedAtMs: 0 }
const streamEvent = (event: StreamEvent['event'], some: StreamEvent['rows'], nowMs = 1_000): StreamEvent => ({
  event,
  head,
  nowMs,
  rows: some,
})
const pendingOf = ({ line, requestId, attachment }: (typeof rows)[number]) => ({
  line,
  requestId,
  attachment,
  submittedAtMs: 0,
  timeline: [],
})
const requested = rows.map(pendingOf)

describe('the rows of the console', () => {
  it('are searched and sorted by action, edition, router and routes', () => {
    const [one, other] = rows as [(typeof rows)[number], (typeof rows)[number]]
    const reasons = ['cn-a-b is left out: no vSwitch there has 8 free addresses (at most 3).']
    const details = { edition: 'enterprise', transitRouterId: 'tr-9', vpcRoutes: 'published', reasons } as const
    const some = [one, { ...other, action: 'detach' as const, details }]
    for (const text of ['detach', 'tr-9 published', 'enterprise', 'cn-a-b free addresses'])
      expect(filterRows(some, { text }).map(({ requestId }) => requestId)).toEqual([other.requestId])
    const sorted = filterRows(some, { text: '', order: { by: 'action', down: true } })
    expect(sorted.map(({ requestId }) => requestId)).toEqual([other.requestId, one.requestId])
  })
})

describe('the state of the console', () => {
  it('is the same after a snapshot and any deltas as after one snapshot', () => {
    const { apply } = createCampaignState()
    apply(streamEvent('snapshot', requested))
    for (let from = 0; from < rows.length; from += 7) apply(streamEvent('delta', rows.slice(from, from + 7)))
    const campaign = apply(streamEvent('delta', []))
    expect(campaign.rows).toEqual(rows)
    expect(campaign.counts).toEqual(countStatuses(rows))
  })

  it('keeps the position of a changed row, and adds a new one at the end', () => {
    const { apply } = createCampaignState()
    apply(streamEvent('snapshot', requested.slice(0, 3)))
    const { rows: now } = apply(streamEvent('delta', [rows[9], rows[1]] as typeof rows))
    expect(now.map(({ requestId }) => requestId)).toEqual([0, 1, 2, 9].map((index) => rows[index]?.requestId))
  })

  it('is replaced by a new snapshot', () => {
    const { apply } = createCampaignState()
    apply(streamEvent('snapshot', rows))
    expect(apply(streamEvent('snapshot', rows.slice(0, 2))).rows).toHaveLength(2)
  })

  it("computes throughput and time left by the server's clock", () => {
    const { apply } = createCampaignState()
    apply(streamEvent('snapshot', requested, 1_000))
    const settled = rows.filter((row) => statusOf(row) === 'attached').slice(0, 30)
    const campaign = apply(streamEvent('delta', settled, 4_000))
    expect(campaign.perSecond).toBe(10)
    expect(campaign.leftMs).toBe(27_000)
  })

  it('is at rest once no row is pending, also if rows wait for a grant', () => {
    const { apply } = createCampaignState()
    expect(isAtRest(apply(streamEvent('snapshot', [])))).toBe(false)
    expect(isAtRest(apply(streamEvent('snapshot', requested)))).toBe(false)
    expect(isAtRest(apply(streamEvent('delta', rows)))).toBe(rows.every((row) => statusOf(row) !== 'pending'))
    const parked = rows.filter((row) => statusOf(row) === 'grant-required')
    expect(isAtRest(apply(streamEvent('snapshot', parked)))).toBe(true)
  })
})

describe('the filter of rows', () => {
  it('has all rows in the order of the file by default', () => {
    expect(filterRows(rows, NO_FILTER)).toEqual(rows)
  })

  it('selects by status, area and words together, ignoring case', () => {
    const [one] = rows.filter((row) => statusOf(row) === 'failed')
    if (!one?.error) throw new Error('no row failed')
    const { cenId, childInstanceRegionId: regionId, childInstanceId } = one.attachment
    const text = `${one.error.code.toUpperCase()}  ${childInstanceId.slice(4)}`
    expect(filterRows(rows, { status: 'failed', cenId, regionId, text })).toEqual([one])
    expect(filterRows(rows, { status: 'attached', cenId, regionId, text })).toEqual([])
    expect(filterRows(rows, { text: `${text} elsewhere` })).toEqual([])
  })

  it('sorts by a column in both directions, rows without a value last', () => {
    const took = (down: boolean) =>
      filterRows(rows, { text: '', order: { by: 'took', down } }).map(({ durationMs }) => durationMs)
    const known = rows.flatMap(({ durationMs }) => durationMs ?? []).sort((one, other) => one - other)
    const open = rows.length - known.length
    expect(open).toBeGreaterThan(0)
    const unknown = Array.from({ length: open }, () => undefined)
    expect(took(false)).toEqual([...known, ...unknown])
    expect(took(true)).toEqual([...known.reverse(), ...unknown])
    expect(filterRows(rows, { text: '', order: { by: 'line', down: true } })).toEqual([...rows].reverse())
  })
})

describe('the map', () => {
  it('has every row once, below its CEN and region', () => {
    const cens = cenMap(rows)
    const regions = cens.flatMap(({ cenId, regions: of }) => of.map((region) => ({ cenId, ...region })))
    for (const { cenId, regionId, rows: of } of regions)
      for (const { attachment } of of)
        expect([attachment.cenId, attachment.childInstanceRegionId]).toEqual([cenId, regionId])
    expect(regions.flatMap(({ rows: of }) => of)).toHaveLength(rows.length)
    expect(cens.reduce((total, { rows: many }) => total + many, 0)).toBe(rows.length)
  })

  it('has an order that does not depend on that of the rows', () => {
    const namesOf = (some: typeof rows) =>
      cenMap(some).map(({ cenId, regions }) => [cenId, ...regions.map(({ regionId }) => regionId)])
    expect(namesOf([...rows].reverse())).toEqual(namesOf(rows))
  })

  it('has its counts as text', () => {
    const some = rows.filter((row) => statusOf(row) === 'attached').slice(0, 2)
    expect(countsText(countStatuses(some), 2)).toBe('2 rows: 2 attached')
  })
})
