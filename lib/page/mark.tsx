/** A standing in its colour, its glyph and its word. */
import type { RecordedRow } from '../campaign/campaign-record.js'
import { STANDINGS, type Standing, standingOf } from '../campaign/report/standing.js'

interface MarkProps {
  readonly standing: Standing
  readonly label?: string
}

export const Mark = ({ standing, label = STANDINGS[standing].label }: MarkProps) => (
  <span class={`mark ${standing}`} data-glyph={STANDINGS[standing].glyph}>
    {label}
  </span>
)

export function RowMark({ row }: { readonly row: RecordedRow }) {
  const standing = standingOf(row)
  if (row.preflight) return <Mark standing={standing} label={`would ${row.preflight.would.replaceAll('-', ' ')}`} />
  return row.adopted && standing === 'attached' ? (
    <Mark standing={standing} label="attached before" />
  ) : (
    <Mark standing={standing} />
  )
}
