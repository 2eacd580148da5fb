/** What became of the rows of a submission, as results come in. */
import type { Attachment } from '../attachment.js'
import type { AttachmentResult, Outcome } from '../attachment-result.js'
import type { PlannedRow } from '../onboarding-plan.js'

export interface RowOutcome extends Attachment {
  readonly where: string
  readonly requestId: string
  readonly correlationId?: string
  readonly outcome: Outcome | 'pending'
  readonly adopted?: boolean
  readonly code?: string
  readonly advice?: string
  readonly receiveCount?: number
  readonly durationMs?: number
}

export interface Totals {
  readonly rows: number
  readonly attached: number
  readonly failed: number
  readonly grantRequired: number
  readonly preflight: number
  readonly pending: number
}

export interface Outcomes {
  /** Takes a result; says whether it told something new about these rows. */
  take(result: AttachmentResult): boolean
  rows(): RowOutcome[]
  totals(): Totals
  /** Results that belong to no row: messages that others sent, or that could not be read. */
  strangers(): readonly AttachmentResult[]
}

const isFinal = (outcome: Outcome): boolean => outcome !== 'grant-required'

/** Follows rows by their request ids. A final result is never overwritten by one that is not, nor by an earlier one. */
export function followOutcomes(rows: readonly PlannedRow[]): Outcomes {
  const ids = new Set(rows.map(({ request }) => request.requestId))
  const latest = new Map<string, AttachmentResult>()
  const strangers = new Map<string, AttachmentResult>()

  const toRow = ({ where, request }: PlannedRow): RowOutcome => {
    const { requestId, correlationId, attachment } = request
    const asked = { where, requestId, ...(correlationId !== undefined && { correlationId }), ...attachment }
    const data = latest.get(request.requestId)?.data
    if (!data) return { ...asked, outcome: 'pending' }
    const { outcome, adopted, error, receiveCount, durationMs } = data
    return {
      ...asked,
      outcome,
      adopted,
      ...(error && { code: error.code, advice: error.advice }),
      receiveCount,
      durationMs,
    }
  }
  return {
    take(result) {
      const { requestId, outcome } = result.data
      if (!ids.has(requestId)) {
        const isNew = !strangers.has(result.id)
        strangers.set(result.id, result)
        return isNew
      }
      const known = latest.get(requestId)
      if (known && isFinal(known.data.outcome) && (!isFinal(outcome) || result.time <= known.time)) return false
      latest.set(requestId, result)
      return known?.data.outcome !== outcome
    },
    rows: () => rows.map(toRow),
    totals() {
      const all = rows.map(toRow)
      const count = (outcome: RowOutcome['outcome']) => all.filter((row) => row.outcome === outcome).length
      return {
        rows: all.length,
        attached: count('attached'),
        failed: count('failed'),
        grantRequired: count('grant-required'),
        preflight: count('preflight'),
        pending: count('pending'),
      }
    },
    strangers: () => [...strangers.values()],
  }
}
