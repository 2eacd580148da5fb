/** The map of a campaign: its CENs, their regions, and the child instances in them. */
import type { RecordedRow } from '../campaign-record.js'
import { groupBy } from '../report/groups.js'
import { type Counts, countStandings, presentIn, STANDINGS } from '../report/standing.js'
import { count, number } from '../report/words.js'

export interface MapRegion {
  readonly regionId: string
  readonly counts: Counts
  readonly rows: readonly RecordedRow[]
}

export interface MapCen {
  readonly cenId: string
  readonly counts: Counts
  readonly rows: number
  readonly regions: readonly MapRegion[]
}

/** Of a campaign with more child instances than these they are no longer shown one by one. */
export const MOST_CELLS = 600

/** Where an id could not be read. */
const NOWHERE = '(unreadable)'

/** The largest first; those of the same size by their name, so that nothing jumps about. */
export function cenMap(rows: readonly RecordedRow[]): MapCen[] {
  const bySize = <T extends { readonly name: string; readonly rows: readonly unknown[] }>(one: T, other: T) =>
    other.rows.length - one.rows.length || (one.name < other.name ? -1 : 1)
  return groupBy(rows, ({ attachment }) => attachment.cenId || NOWHERE)
    .sort(bySize)
    .map(({ name: cenId, rows: ofCen }) => ({
      cenId,
      counts: countStandings(ofCen),
      rows: ofCen.length,
      regions: groupBy(ofCen, ({ attachment }) => attachment.childInstanceRegionId || NOWHERE)
        .sort(bySize)
        .map(({ name: regionId, rows: ofRegion }) => ({
          regionId,
          counts: countStandings(ofRegion),
          rows: ofRegion,
        })),
    }))
}

/** `412 rows: 410 attached, 2 failed`. */
export function countsText(counts: Counts, rows: number): string {
  const parts = presentIn(counts).map((name) => `${number(counts[name])} ${STANDINGS[name].label}`)
  return `${count(rows, 'row')}: ${parts.join(', ')}`
}
