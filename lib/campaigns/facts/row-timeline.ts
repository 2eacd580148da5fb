/** The statuses of rows over time. */
import type { CampaignRecord, RecordedRow } from '../record.js'
import { noCounts, ROW_STATUSES, type RowStatus, type StatusCounts, statusOf } from './row-status.js'

interface StatusSpan {
  readonly status: RowStatus
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The spans of a row until `endMs`, in order. An unrecorded submission time is computed from the result's duration.
 * Results do not report why a request waited between its receives, so the wait is one span.
 */
export function spansOf(row: RecordedRow, endMs: number): StatusSpan[] {
  const sentAtMs = sentAt(row)
  const events = row.timeline.map(({ atMs, event }): { atMs: number; status: RowStatus } => ({
    atMs,
    status: event === 'submitted' ? 'pending' : event,
  }))
  if (sentAtMs !== undefined && events[0]?.status !== 'pending') {
    events.unshift({ atMs: Math.min(sentAtMs, events[0]?.atMs ?? sentAtMs), status: 'pending' })
  }
  if (row.finishedAtMs !== undefined && events.every(({ status }) => status === 'pending')) {
    events.push({ atMs: row.finishedAtMs, status: statusOf(row) })
  }
  return events.flatMap(({ atMs, status }, index) => {
    const toMs = events[index + 1]?.atMs ?? Math.max(endMs, atMs)
    return toMs > atMs || index === events.length - 1 ? [{ status, fromMs: atMs, toMs }] : []
  })
}

export function sentAt({ submittedAtMs, finishedAtMs, durationMs }: RecordedRow): number | undefined {
  if (submittedAtMs !== undefined) return submittedAtMs
  return finishedAtMs === undefined || durationMs === undefined ? undefined : finishedAtMs - durationMs
}

/** The time range of a record: at least 1 ms long. */
export function extentOf({ startedAtMs, finishedAtMs, rows }: CampaignRecord): { startMs: number; endMs: number } {
  let startMs = startedAtMs
  let endMs = finishedAtMs
  for (const row of rows) {
    startMs = Math.min(startMs, sentAt(row) ?? startMs)
    endMs = Math.max(endMs, row.finishedAtMs ?? endMs)
  }
  return { startMs, endMs: Math.max(endMs, startMs + 1) }
}

export interface TimelineSample {
  readonly atMs: number
  readonly counts: StatusCounts
}

/** The count of rows by status at `steps` + 1 instants from start to end. */
export function statusCountsOverTime(record: CampaignRecord, steps: number): TimelineSample[] {
  const { startMs, endMs } = extentOf(record)
  const stepMs = (endMs - startMs) / steps
  // A row counts from the first instant at or after the start of a span.
  const sampleIndexOf = (atMs: number) => Math.min(steps, Math.max(0, Math.ceil((atMs - startMs) / stepMs - 1e-9)))
  const changes = Array.from({ length: steps + 2 }, noCounts)
  for (const row of record.rows) {
    const spans = spansOf(row, endMs)
    for (const [index, { status, fromMs, toMs }] of spans.entries()) {
      const end = index === spans.length - 1 ? steps + 1 : sampleIndexOf(toMs)
      addTo(changes[sampleIndexOf(fromMs)], status, 1)
      addTo(changes[end], status, -1)
    }
  }
  const running = noCounts()
  return changes.slice(0, steps + 1).map((change, index) => {
    for (const name of ROW_STATUSES) running[name] += change[name]
    return { atMs: startMs + index * stepMs, counts: { ...running } }
  })
}

function addTo(counts: Record<RowStatus, number> | undefined, name: RowStatus, by: number): void {
  if (counts) counts[name] += by
}
