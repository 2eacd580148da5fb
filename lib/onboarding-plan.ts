/** An onboarding plan: the rows of a file as requests, or every fault of every row. */
import type { AttachmentRequest, Fault } from './attachment-request.js'
import { readFields } from './attachment-request.js'

/** A row of a file, with where it stands. */
export interface Row {
  /** `line 7` of a CSV or JSON Lines file, `item 3` of a JSON array. */
  readonly where: string
  readonly fields: Readonly<Record<string, unknown>>
  /** The column in which a field stands, from 1, where the file has columns. */
  readonly columns?: Readonly<Record<string, number>>
}

export interface PlannedRow {
  readonly where: string
  readonly request: AttachmentRequest
  /** The body of the message that asks for it. */
  readonly body: string
}

export interface RowFault extends Fault {
  readonly where: string
  readonly column?: number
}

export interface PlanOptions {
  readonly nowMs: number
  readonly ttlMs: number
  /** Set on every row that names none. */
  readonly campaignId?: string | undefined
}

export type Plan =
  | { readonly ok: true; readonly rows: readonly PlannedRow[] }
  | { readonly ok: false; readonly faults: readonly RowFault[] }

/** Reads every row; one bad row refuses the file, and all its faults are named. */
export function planOnboarding(rows: readonly Row[], { nowMs, ttlMs, campaignId }: PlanOptions): Plan {
  const planned: PlannedRow[] = []
  const faults: RowFault[] = []
  for (const { where, fields, columns = {} } of rows) {
    const named = campaignId === undefined ? fields : { campaignId, ...fields }
    const parsed = readFields(named, { sentAtMs: nowMs, ttlMs })
    if (parsed.ok) planned.push({ where, request: parsed.request, body: JSON.stringify(named) })
    else {
      for (const fault of parsed.faults) {
        const column = columns[fault.path]
        faults.push({ where, ...fault, ...(column !== undefined && { column }) })
      }
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, rows: planned }
}
