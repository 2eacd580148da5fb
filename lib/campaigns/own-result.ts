/** Which results belong to a row, and which fields of a foreign result may be shown: any sender may use a row's request id. */
import { type Attachment, idempotencyKey } from '../domain/attachment.js'
import { meaningOf } from '../domain/failure.js'
import type { AttachmentRequest } from '../domain/messages/request.js'
import { type AttachmentResult, effectOf, OUTCOMES, type Outcome, resultId } from '../domain/messages/result.js'

/** The most redrives from elsewhere, which the ledger does not record. */
const MAX_UNRECORDED_REDRIVES = 64

/** The facts of a row that its results must match. */
interface Expecting {
  readonly request: AttachmentRequest
  /** Of the latest recorded submission. */
  readonly redriveCount?: number
  /** Its sender as the queue reports it; absent if unknown. */
  readonly senderId?: string
}

/**
 * A result belongs to a row if attachment and request id match and its id is one that `resultId` gives for the row's
 * request. The id of a refusal depends on the queue, too: it belongs if the refused sender is that of the row, or if one
 * of the two is unknown.
 */
export function isOwnResult({ id, data }: AttachmentResult, row: Expecting): boolean {
  const { request } = row
  if (data.requestId !== request.requestId || !isSame(data.attachment, request.attachment)) return false
  if ((data.action ?? 'attach') !== request.action || !canHave(request, data.outcome)) return false
  if (data.senderId !== undefined) return row.senderId === undefined || row.senderId === data.senderId
  return data.error?.code === 'PolicyDenied' || data.would === 'refuse' || isExpectedId(id, data.outcome, row)
}

/** Whether a request can have this outcome: by its action, and by whether it is a dry run. */
function canHave({ action, dryRun }: AttachmentRequest, outcome: Outcome): boolean {
  if (outcome === 'attached' || outcome === 'detached') return !dryRun && outcome === effectOf(action)
  return outcome !== 'preflight' || dryRun
}

/** The possible ids of a request's results under this redrive count, except those of a refusal. */
export const expectedIds = (request: AttachmentRequest, redriveCount: number | undefined): ReadonlySet<string> =>
  new Set(OUTCOMES.map((outcome) => resultId(request, outcome, redriveCount)))

function isExpectedId(id: string, outcome: Outcome, { request, redriveCount = 0 }: Expecting): boolean {
  if (id === resultId(request, outcome)) return true
  for (let count = redriveCount + MAX_UNRECORDED_REDRIVES; count >= 0; count--)
    if (id === resultId(request, outcome, count)) return true
  return false
}

/** Whether both name the same attachment with the same owner. Absent fields of `reported` match. */
export const isSame = (reported: Partial<Attachment> | undefined, requested: Attachment): boolean =>
  reported !== undefined &&
  reported.childInstanceOwnerId === requested.childInstanceOwnerId &&
  idempotencyKey({ ...requested, ...reported }) === idempotencyKey(requested)

/** A foreign result without any text of its sender: only ids, codes, numbers and this program's own advice. */
export function withoutForeignText(result: AttachmentResult): AttachmentResult {
  const { correlationId: _, error, reasons, plan: __, ...data } = result.data
  const own = error && { code: error.code, kind: error.kind, message: '', advice: meaningOf(error.code).advice }
  return { ...result, data: { ...data, ...(own && { error: own }), ...(reasons && { reasons: [] }) } }
}
