/** The plan of a campaign: the rows of a file as requests, or all faults of all rows. */
import type { RequestAction } from '../domain/attachment.js'
import { type AttachmentRequest, type FieldFault, readFields } from '../domain/messages/request.js'
import { withoutEmpty } from '../domain/record.js'

/** A row of a file, with its position. */
export interface Row {
  /** `line 7` of a CSV or JSON Lines file, `item 3` of a JSON array. */
  readonly where: string
  readonly fields: Readonly<Record<string, unknown>>
  /** The column of each field, from 1; only if the file has columns. */
  readonly columns?: Readonly<Record<string, number>>
}

export interface PlannedRow {
  readonly where: string
  readonly request: AttachmentRequest
  /** The body of its message. */
  readonly body: string
}

export interface RowFault extends FieldFault {
  readonly where: string
  readonly column?: number
}

interface PlanOptions {
  readonly nowMs: number
  readonly ttlMs: number
  /** Set on every row without one. */
  readonly campaignId?: string | undefined
  /** Set on every row without one. */
  readonly action?: RequestAction | undefined
}

type CampaignPlan =
  | { readonly ok: true; readonly rows: readonly PlannedRow[] }
  | { readonly ok: false; readonly faults: readonly RowFault[] }

/** Reads every row. A single bad row refuses the file; the faults of all rows are returned. */
export function planCampaign(rows: readonly Row[], { nowMs, ttlMs, ...defaults }: PlanOptions): CampaignPlan {
  const planned: PlannedRow[] = []
  const faults: RowFault[] = []
  for (const { where, fields, columns = {} } of rows) {
    const named = { ...withoutEmpty(defaults), ...fields }
    const parsed = readFields(named, { sentAtMs: nowMs, ttlMs })
    if (parsed.ok) planned.push({ where, request: parsed.request, body: JSON.stringify(named) })
    else {
      for (const fault of parsed.faults) {
        const field = /^\w*/.exec(fault.path)?.[0] ?? ''
        const column = Object.hasOwn(columns, field) ? columns[field] : undefined
        faults.push({ where, ...fault, ...(column !== undefined && { column }) })
      }
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, rows: planned }
}

interface DuplicateRows {
  /** The first row of each request. */
  readonly rows: readonly PlannedRow[]
  /** Rows that contradict another row. */
  readonly faults: readonly RowFault[]
  /** Warnings that do not keep the file from being sent. */
  readonly notices: readonly string[]
}

/**
 * A row that repeats an earlier one is dropped, with a notice. One request id for two attachments, one attachment with two
 * owners or with two sets of options, and one network that is attached and detached, are faults. A network in two
 * different attachments is a notice: it can be in one CEN only.
 */
export function findDuplicateRows(rows: readonly PlannedRow[]): DuplicateRows {
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
      const message = `is also the request id of ${same.where}, which requests another attachment; each needs its own`
      faults.push({ where, path: 'requestId', message })
    } else if (same && same.request.attachment.childInstanceOwnerId !== childInstanceOwnerId) {
      const message = `differs from that of ${same.where}, which requests the same attachment`
      faults.push({ where, path: 'childInstanceOwnerId', message })
    } else if (first && first.request.action !== request.action) {
      const message = `is ${request.action}, and ${first.where} asks to ${first.request.action} the same network; send them one after the other`
      faults.push({ where, path: 'action', message })
    } else if (first && isOtherwise(first.request, request)) {
      const message = `asks for the attachment of ${first.where} with other zones, routes or grant`
      faults.push({ where, path: '$', message })
    } else if (same) {
      notices.push(`${where}: requests the same as ${same.where} (${childInstanceId} in ${cenId}); it is sent once`)
    } else {
      byRequest.set(request.requestId, row)
      if (!first) byChild.set(childInstanceId, row)
      else if (request.action === 'attach' && first.request.idempotencyKey !== request.idempotencyKey) {
        const { cenId: otherCen, childInstanceRegionId: otherRegion } = first.request.attachment
        notices.push(
          `${where}: ${childInstanceId} is requested otherwise on ${first.where} (${otherCen}, ${otherRegion}); it can be in one CEN only`,
        )
      }
    }
  }
  return { rows: [...byRequest.values()], faults, notices }
}

/** Whether both have the same effect with other options. */
const isOtherwise = (one: AttachmentRequest, other: AttachmentRequest): boolean =>
  one.idempotencyKey === other.idempotencyKey &&
  JSON.stringify([one.options, one.revokeGrant]) !== JSON.stringify([other.options, other.revokeGrant])
