/** Rows of one file that speak of the same thing. */
import type { PlannedRow, RowFault } from '../onboarding-plan.js'

export interface RepeatsFound {
  /** Each request once, as its first row has it. */
  readonly rows: readonly PlannedRow[]
  /** Rows that contradict another one: the file cannot be meant so. */
  readonly faults: readonly RowFault[]
  /** What is sent nevertheless, and should be known. */
  readonly notices: readonly string[]
}

/**
 * A row that asks again for what an earlier one asks for is dropped, and said so. The same request id for two different
 * attachments, or one attachment with two owners, is a fault. A network asked for twice under different terms is noticed:
 * it can be in one CEN only.
 */
export function findRepeats(rows: readonly PlannedRow[]): RepeatsFound {
  const byRequest = new Map<string, PlannedRow>()
  const byChild = new Map<string, PlannedRow>()
  const faults: RowFault[] = []
  const notices: string[] = []
  for (const row of rows) {
    const { where, request } = row
    const { childInstanceId, childInstanceOwnerId, cenId } = request.attachment
    const same = byRequest.get(request.requestId)
    const first = byChild.get(childInstanceId)
    if (same && same.request.idempotencyKey !== request.idempotencyKey) {
      const message = `is also the request id of ${same.where}, which asks for another attachment; each needs its own`
      faults.push({ where, path: 'requestId', message })
    } else if (same && same.request.attachment.childInstanceOwnerId !== childInstanceOwnerId) {
      const message = `differs from that of ${same.where}, which asks for the same attachment`
      faults.push({ where, path: 'childInstanceOwnerId', message })
    } else if (same) {
      notices.push(`${where}: asks for the same as ${same.where} (${childInstanceId} in ${cenId}); it is sent once`)
    } else {
      byRequest.set(request.requestId, row)
      if (!first) byChild.set(childInstanceId, row)
      else if (first.request.idempotencyKey !== request.idempotencyKey) {
        const asked = first.request.attachment
        const terms = `${asked.cenId}, ${asked.childInstanceRegionId}`
        notices.push(
          `${where}: ${childInstanceId} is asked for otherwise on ${first.where} (${terms}); one CEN can have it`,
        )
      }
    }
  }
  return { rows: [...byRequest.values()], faults, notices }
}
