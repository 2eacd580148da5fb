/** What a console's page knows: the rows by request id, as the events of its stream have told them. */
import type { RecordedRow } from '../campaign-record.js'
import { createPace } from '../pace.js'
import { type Counts, countStandings } from '../report/standing.js'
import type { Head, Telling } from './wire.js'

export interface Board {
  readonly head: Head
  /** The server's clock when it was last heard. */
  readonly nowMs: number
  /** In the order in which they are shown; a row that changes keeps its place. */
  readonly rows: readonly RecordedRow[]
  readonly counts: Counts
  readonly perSecond: number
  readonly leftMs?: number
}

/** Takes tellings one after the other; a snapshot forgets what was known. */
export function createBoard() {
  let rows = new Map<string, RecordedRow>()
  let nowMs = 0
  let pace = createPace(() => nowMs)
  return {
    take({ event, head, nowMs: toldAtMs, rows: told }: Telling): Board {
      nowMs = toldAtMs
      if (event === 'snapshot') {
        rows = new Map()
        pace = createPace(() => nowMs)
      }
      for (const row of told) rows.set(row.requestId, row)
      const all = [...rows.values()]
      const counts = countStandings(all)
      return { head, nowMs, rows: all, counts, ...pace(settled(counts), all.length) }
    },
  }
}

const settled = ({ pending, unsent, ...told }: Counts): number =>
  Object.values(told).reduce((total, count) => total + count, 0)

/** Whether nothing is under way: all rows are final or wait for a grant. */
export const isQuiet = ({ counts, rows }: Board): boolean => rows.length > 0 && counts.pending + counts.unsent === 0
