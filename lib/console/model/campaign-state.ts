/** The state of the console's page: the rows by request id, from the events of its stream. */
import { countStatuses, countUnsettled, type StatusCounts } from '../../campaigns/facts/row-status.js'
import { createThroughputMeter } from '../../campaigns/facts/throughput.js'
import type { RecordedRow } from '../../campaigns/record.js'
import type { CampaignHead, StreamEvent } from '../protocol.js'

export interface CampaignState {
  readonly head: CampaignHead
  /** The server's clock at the latest event. */
  readonly nowMs: number
  /** In the order in which they are shown; a row that changes keeps its place. */
  readonly rows: readonly RecordedRow[]
  readonly counts: StatusCounts
  readonly perSecond: number
  readonly leftMs?: number
}

/** Applies events in order; a snapshot replaces the state. */
export function createCampaignState() {
  let rows = new Map<string, RecordedRow>()
  let nowMs = 0
  let throughput = createThroughputMeter(() => nowMs)
  return {
    apply({ event, head, nowMs: sentAtMs, rows: changedRows }: StreamEvent): CampaignState {
      nowMs = sentAtMs
      if (event === 'snapshot') {
        rows = new Map()
        throughput = createThroughputMeter(() => nowMs)
      }
      for (const row of changedRows) rows.set(row.requestId, row)
      const all = [...rows.values()]
      const counts = countStatuses(all)
      return { head, nowMs, rows: all, counts, ...throughput(all.length - countUnsettled(counts), all.length) }
    },
  }
}

/** Whether every row is final or waits for a grant. */
export const isAtRest = ({ counts, rows }: CampaignState): boolean => rows.length > 0 && countUnsettled(counts) === 0
