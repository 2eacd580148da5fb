/** The map of a campaign: its CENs, their regions, and the child instances in them. */
import { groupBySize } from '../../campaigns/facts/groups.js'
import { countStatuses, type StatusCounts } from '../../campaigns/facts/row-status.js'
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

/** The most child instances that the map shows one by one. */
export const MAX_CELLS = 600

/** Stands for an id that could not be read. */
const UNREADABLE_ID = '(unreadable)'

/** The largest first, those of the same size by name. */
export const cenMap = (rows: readonly RecordedRow[]): MapCen[] =>
  groupBySize(rows, ({ attachment }) => attachment.cenId || UNREADABLE_ID).map(({ name: cenId, rows: ofCen }) => ({
    cenId,
    counts: countStatuses(ofCen),
    rows: ofCen.length,
    regions: groupBySize(ofCen, ({ attachment }) => attachment.childInstanceRegionId || UNREADABLE_ID).map(
      ({ name: regionId, rows: ofRegion }) => ({ regionId, counts: countStatuses(ofRegion), rows: ofRegion }),
    ),
  }))
