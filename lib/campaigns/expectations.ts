/** The outcomes that a world file expects, compared with the real ones. */
import type { Outcome } from '../domain/messages/result.js'
import type { RowOutcome } from './outcomes.js'

/** The expected outcome of the rows that it names; an absent field matches anything. */
interface Expectation {
  readonly cenId?: string | undefined
  readonly childInstanceId?: string | undefined
  readonly outcome: Outcome
  readonly code?: string | undefined
  readonly adopted?: boolean | undefined
}

export interface Expectations {
  readonly others?: Expectation | undefined
  readonly rows: readonly Expectation[]
}

/** A sentence for each difference. */
export function differences(rows: readonly RowOutcome[], expected: Expectations): string[] {
  return rows.flatMap((row) => {
    const named = expected.rows.find(
      ({ cenId, childInstanceId }) =>
        (childInstanceId ?? row.childInstanceId) === row.childInstanceId && (cenId ?? row.cenId) === row.cenId,
    )
    const expectation = named ?? expected.others
    if (!expectation) return []
    const is = { outcome: row.outcome, code: row.code, adopted: row.adopted }
    const wrong = (['outcome', 'code', 'adopted'] as const).filter(
      (name) => expectation[name] !== undefined && expectation[name] !== is[name],
    )
    return wrong.map(
      (name) => `${row.where}: ${row.childInstanceId}: ${name} is ${is[name] ?? 'none'}, expected ${expectation[name]}`,
    )
  })
}
