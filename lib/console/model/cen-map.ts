/** The map of a campaign: its CENs, their regions, and the child instances in them. */

import { count, number } from '../../campaigns/facts/format.js'
import { groupBy } from '../../campaigns/facts/groups.js'
import { countStatuses, presentStatuses, STATUS_DISPLAY, type StatusCounts } from '../../campaigns/facts/row-status.js'
import type { RecordedRow } from '../../campaigns/record.js'

export interface MapRegion {
  readonly regionId: string
  readonly counts: StatusCounts
  readonly rows: readonly RecordedRow[]
}

export interface MapCen {
  readonly cenId: string
  readonly counts: StatusCounts
  readonly rows: number
  readonly regions: readonly MapRegion[]
}

/** Of a campaign with more child instances than these they are no longer shown one by one. */
export const MAX_CELLS = 600

/** Where an id could not be read. */
const UNREADABLE_ID = '(unreadable)'

/** The largest first; those of the same size by their name, so that nothing jumps about. */
export function cenMap(rows: readonly RecordedRow[]): MapCen[] {
  const bySize = <T extends { readonly name: string; readonly rows: readonly unknown[] }>(one: T, other: T) =>
    other.rows.length - one.rows.length || (one.name < other.name ? -1 : 1)
  return groupBy(rows, ({ attachment }) => attachment.cenId || UNREADABLE_ID)
    .sort(bySize)
    .map(({ name: cenId, rows: ofCen }) => ({
      cenId,
      counts: countStatuses(ofCen),
      rows: ofCen.length,
      regions: groupBy(ofCen, ({ attachment }) => attachment.childInstanceRegionId || UNREADABLE_ID)
        .sort(bySize)
        .map(({ name: regionId, rows: ofRegion }) => ({
          regionId,
          counts: countStatuses(ofRegion),
          rows: ofRegion,
        })),
    }))
}

/** `412 rows: 410 attached, 2 failed`. */
export function countsText(counts: StatusCounts, rows: number): string {
  const parts = presentStatuses(counts).map((name) => `${number(counts[name])} ${STATUS_DISPLAY[name].label}`)
  return `${count(rows, 'row')}: ${parts.join(', ')}`
}
