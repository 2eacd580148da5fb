/** Outcomes of rows that are all on the queue. */
import { createOutcomes, type Outcomes } from '../../lib/campaign/outcomes.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'

export function followOutcomes(rows: readonly PlannedRow[]): Outcomes {
  const outcomes = createOutcomes()
  for (const row of rows) {
    outcomes.add(row)
    outcomes.sent(row.request.requestId, 0)
  }
  return outcomes
}
