/** Outcomes of rows that are all on the queue. */
import { createOutcomes, type Outcomes } from '../../../lib/campaigns/outcomes.js'
import type { PlannedRow } from '../../../lib/campaigns/plan.js'

export function trackSentRows(rows: readonly PlannedRow[]): Outcomes {
  const outcomes = createOutcomes()
  for (const row of rows) {
    outcomes.add(row)
    outcomes.sent(row.request.requestId, 0)
  }
  return outcomes
}
