/** Drift: the attachments of the CENs compared with the requested ones. */
import type { PlannedRow } from './plan.js'

/** An entry of a CEN's list. */
export interface ListedAttachment {
  readonly cenId: string
  readonly childInstanceId: string
  readonly regionId?: string | undefined
  /** The API's status, in lower case. */
  readonly status: string
}

/**
 * `attached` as requested; `under-way`: attaching or detaching; `missing`: in no CEN of this account; `elsewhere`: in
 * another CEN; `unlisted`: in a CEN that a row names, but in no row.
 */
type DriftStatus = 'attached' | 'under-way' | 'missing' | 'elsewhere' | 'unlisted'

export interface DriftRow {
  readonly standing: DriftStatus
  readonly cenId: string
  readonly childInstanceId: string
  readonly regionId?: string
  /** The position of the row in its file; absent on `unlisted`. */
  readonly where?: string
  readonly requestId?: string
  /** The CEN that has it; only on `elsewhere`. */
  readonly foundIn?: string
}

/** The status of every row, followed by the unlisted attachments of the CENs that rows name. */
export function findDrift(expectedRows: readonly PlannedRow[], listed: readonly ListedAttachment[]): DriftRow[] {
  const key = (cenId: string, childInstanceId: string) => `${cenId}\n${childInstanceId}`
  const entries = new Map(listed.map((one) => [key(one.cenId, one.childInstanceId), one]))
  const cenByInstance = new Map(listed.map((one) => [one.childInstanceId, one.cenId]))
  const expectedKeys = new Set(
    expectedRows.map(({ request: { attachment } }) => key(attachment.cenId, attachment.childInstanceId)),
  )
  const cens = new Set(expectedRows.map(({ request }) => request.attachment.cenId))
  const requested = expectedRows.map(({ where, request }): DriftRow => {
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = request.attachment
    const expected = { cenId, childInstanceId, regionId, where, requestId: request.requestId }
    const entry = entries.get(key(cenId, childInstanceId))
    const otherCen = cenByInstance.get(childInstanceId)
    if (entry) return { standing: entry.status === 'attached' ? 'attached' : 'under-way', ...expected }
    return otherCen === undefined
      ? { standing: 'missing', ...expected }
      : { standing: 'elsewhere', ...expected, foundIn: otherCen }
  })
  const unlisted = listed
    .filter(({ cenId, childInstanceId }) => cens.has(cenId) && !expectedKeys.has(key(cenId, childInstanceId)))
    .map(({ cenId, childInstanceId, regionId }): DriftRow => {
      return { standing: 'unlisted', cenId, childInstanceId, ...(regionId !== undefined && { regionId }) }
    })
  return [...requested, ...unlisted]
}

export function countDrift(rows: readonly DriftRow[]): Readonly<Record<DriftStatus, number>> {
  const counts = { attached: 0, 'under-way': 0, missing: 0, elsewhere: 0, unlisted: 0 }
  for (const { standing } of rows) counts[standing] += 1
  return counts
}
