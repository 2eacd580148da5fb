/** What is known of each row over time: from when to when it stood how. */
import type { CampaignRecord, RecordedRow } from '../record.js'
import { ROW_STATUSES, type RowStatus, type StatusCounts, statusOf } from './row-status.js'

export interface StatusSpan {
  readonly status: RowStatus
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The spans of a row until `endMs`, in order. Where the sending was not recorded, it is told from the result's duration.
 * What a request waited for between its receives is not in its results, so waiting is one span.
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

/** The time a record spans: never empty, never turned round. */
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

/** How many rows stood how, at `steps` + 1 moments from start to end. */
export function statusCountsOverTime(record: CampaignRecord, steps: number): TimelineSample[] {
  const { startMs, endMs } = extentOf(record)
  const stepMs = (endMs - startMs) / steps
  // A row counts from the first moment at or after a span's start.
  const sampleIndexOf = (atMs: number) => Math.min(steps, Math.max(0, Math.ceil((atMs - startMs) / stepMs - 1e-9)))
  const changes = Array.from({ length: steps + 2 }, () => Object.fromEntries(ROW_STATUSES.map((name) => [name, 0])))
  for (const row of record.rows) {
    const spans = spansOf(row, endMs)
    for (const [index, { status, fromMs, toMs }] of spans.entries()) {
      const end = index === spans.length - 1 ? steps + 1 : sampleIndexOf(toMs)
      addTo(changes[sampleIndexOf(fromMs)], status, 1)
      addTo(changes[end], status, -1)
    }
  }
  const running = Object.fromEntries(ROW_STATUSES.map((name) => [name, 0])) as Record<RowStatus, number>
  return changes.slice(0, steps + 1).map((change, index) => {
    for (const name of ROW_STATUSES) running[name] += change[name] ?? 0
    return { atMs: startMs + index * stepMs, counts: { ...running } }
  })
}

function addTo(counts: Record<string, number> | undefined, name: RowStatus, by: number): void {
  if (counts) counts[name] = (counts[name] ?? 0) + by
}
