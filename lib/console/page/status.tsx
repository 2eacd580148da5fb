/** A standing in its colour, its glyph and its word. */

import {
  presentStatuses,
  type RowStatus,
  STATUS_DISPLAY,
  type StatusCounts,
  statusOf,
} from '../../campaigns/facts/row-status.js'
import type { RecordedRow } from '../../campaigns/record.js'

interface StatusMarkProps {
  readonly status: RowStatus
  readonly label?: string
}

export const StatusMark = ({ status, label = STATUS_DISPLAY[status].label }: StatusMarkProps) => (
  <span class={`mark ${status}`} data-glyph={STATUS_DISPLAY[status].glyph}>
    {label}
  </span>
)

export function RowStatusMark({ row }: { readonly row: RecordedRow }) {
  const status = statusOf(row)
  if (row.preflight) return <StatusMark status={status} label={`would ${row.preflight.would.replaceAll('-', ' ')}`} />
  return row.adopted && status === 'attached' ? (
    <StatusMark status={status} label="attached before" />
  ) : (
    <StatusMark status={status} />
  )
}

export const StatusBar = ({ counts }: { readonly counts: StatusCounts }) => (
  <span class="bar" aria-hidden="true">
    {presentStatuses(counts).map((name) => (
      <i key={name} class={name} style={{ flexGrow: counts[name] }} />
    ))}
  </span>
)
