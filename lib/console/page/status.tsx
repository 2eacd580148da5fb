/** A status with its colour, glyph and label; counts as a bar. */
import {
  presentStatuses,
  type RowStatus,
  rowLabel,
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

export const RowStatusMark = ({ row }: { readonly row: RecordedRow }) => (
  <StatusMark status={statusOf(row)} label={rowLabel(row)} />
)

export const StatusBar = ({ counts }: { readonly counts: StatusCounts }) => (
  <span class="bar" aria-hidden="true">
    {presentStatuses(counts).map((name) => (
      <i key={name} class={name} style={{ flexGrow: counts[name] }} />
    ))}
  </span>
)
