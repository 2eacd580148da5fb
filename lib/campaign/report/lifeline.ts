/** What is known of each row over time: from when to when it stood how. */
import type { CampaignRecord, RecordedRow } from '../campaign-record.js'
import { type Counts, STANDING_NAMES, type Standing, standingOf } from './standing.js'

export interface Span {
  readonly standing: Standing
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The spans of a row until `endMs`, in order. Where the sending was not recorded, it is told from the result's duration.
 * What a request waited for between its receives is not in its results, so waiting is one span.
 */
export function spansOf(row: RecordedRow, endMs: number): Span[] {
  const sentAtMs = sentAt(row)
  const events = row.timeline.map(({ atMs, event }): { atMs: number; standing: Standing } => ({
    atMs,
    standing: event === 'submitted' ? 'pending' : event,
  }))
  if (sentAtMs !== undefined && events[0]?.standing !== 'pending') {
    events.unshift({ atMs: Math.min(sentAtMs, events[0]?.atMs ?? sentAtMs), standing: 'pending' })
  }
  if (row.finishedAtMs !== undefined && events.every(({ standing }) => standing === 'pending')) {
    events.push({ atMs: row.finishedAtMs, standing: standingOf(row) })
  }
  return events.flatMap(({ atMs, standing }, index) => {
    const toMs = events[index + 1]?.atMs ?? Math.max(endMs, atMs)
    return toMs > atMs || index === events.length - 1 ? [{ standing, fromMs: atMs, toMs }] : []
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

export interface Moment {
  readonly atMs: number
  readonly counts: Counts
}

/** How many rows stood how, at `steps` + 1 moments from start to end. */
export function standingsOverTime(record: CampaignRecord, steps: number): Moment[] {
  const { startMs, endMs } = extentOf(record)
  const stepMs = (endMs - startMs) / steps
  // A row counts from the first moment at or after a span's start.
  const momentOf = (atMs: number) => Math.min(steps, Math.max(0, Math.ceil((atMs - startMs) / stepMs - 1e-9)))
  const changes = Array.from({ length: steps + 2 }, () => Object.fromEntries(STANDING_NAMES.map((name) => [name, 0])))
  for (const row of record.rows) {
    const spans = spansOf(row, endMs)
    for (const [index, { standing, fromMs, toMs }] of spans.entries()) {
      const end = index === spans.length - 1 ? steps + 1 : momentOf(toMs)
      bump(changes[momentOf(fromMs)], standing, 1)
      bump(changes[end], standing, -1)
    }
  }
  const running = Object.fromEntries(STANDING_NAMES.map((name) => [name, 0])) as Record<Standing, number>
  return changes.slice(0, steps + 1).map((change, index) => {
    for (const name of STANDING_NAMES) running[name] += change[name] ?? 0
    return { atMs: startMs + index * stepMs, counts: { ...running } }
  })
}

function bump(counts: Record<string, number> | undefined, name: Standing, by: number): void {
  if (counts) counts[name] = (counts[name] ?? 0) + by
}
