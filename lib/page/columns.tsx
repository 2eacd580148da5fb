/** The columns of the rows; those that are `wide` go where there is no room. */
import type { ComponentChildren } from 'preact'
import type { RecordedRow } from '../campaign/campaign-record.js'
import type { ColumnName } from '../campaign/console/choice.js'
import { duration } from '../campaign/report/words.js'
import { RowMark } from './mark.js'

export interface Column {
  readonly name: ColumnName
  readonly style: string
  readonly cell: (row: RecordedRow) => ComponentChildren
}

export const COLUMN_CELLS: readonly Column[] = [
  { name: 'line', style: 'wide', cell: ({ line }) => line },
  { name: 'instance', style: 'id', cell: ({ attachment }) => attachment.childInstanceId },
  { name: 'CEN', style: 'id wide', cell: ({ attachment }) => attachment.cenId },
  { name: 'region', style: 'wide', cell: ({ attachment }) => attachment.childInstanceRegionId },
  { name: 'owner', style: 'id wide', cell: ({ attachment }) => attachment.childInstanceOwnerId },
  { name: 'outcome', style: '', cell: (row) => <RowMark row={row} /> },
  {
    name: 'took',
    style: 'n wide',
    cell: ({ durationMs }) => (durationMs === undefined ? '' : duration(durationMs)),
  },
  { name: 'reason', style: 'id wide', cell: ({ error, preflight }) => error?.code ?? preflight?.reasons[0] },
]
