/** Which results are a row's own, and what may be shown of one that is foreign: anybody may use a row's request id. */
import { type Attachment, idempotencyKey } from '../domain/attachment.js'
import { meaningOf } from '../domain/failure.js'
import type { AttachmentRequest } from '../domain/request.js'
import { type AttachmentResult, type Outcome, RESULT_TYPES, resultId } from '../domain/result.js'

/** Redrives beyond those that the ledger knows of: whoever redrives elsewhere counts on by himself. */
const MOST_REDRIVES = 64
const OUTCOMES = Object.keys(RESULT_TYPES) as Outcome[]

/** What is known of a row when a result for it comes in. */
export interface Expecting {
  readonly request: AttachmentRequest
  /** Of the latest sending that is known. */
  readonly redriveCount?: number
  /** Who sent it, as the queue names them; absent if nobody could be asked. */
  readonly senderId?: string
}

/**
 * A result is a row's own if the attachment and the request id agree and the result has an id that the row's request leads
 * to. The id of a refusal cannot be foretold: it counts if the refused sender is the one who sent the row, or if either of
 * the two is not known.
 */
export function isOwnResult({ id, data }: AttachmentResult, row: Expecting): boolean {
  const { request } = row
  if (data.requestId !== request.requestId || !isSame(data.attachment, request.attachment)) return false
  if (data.outcome === (request.dryRun ? 'attached' : 'preflight')) return false
  if (data.senderId !== undefined) return row.senderId === undefined || row.senderId === data.senderId
  return data.error?.code === 'PolicyDenied' || data.would === 'refuse' || isExpectedId(id, data.outcome, row)
}

/** The ids that a request's results can have under this redrive count, but for those of a refusal. */
export const expectedIds = (request: AttachmentRequest, redriveCount: number | undefined): ReadonlySet<string> =>
  new Set(OUTCOMES.map((outcome) => resultId(request, outcome, redriveCount)))

function isExpectedId(id: string, outcome: Outcome, { request, redriveCount = 0 }: Expecting): boolean {
  if (id === resultId(request, outcome)) return true
  for (let count = redriveCount + MOST_REDRIVES; count >= 0; count--)
    if (id === resultId(request, outcome, count)) return true
  return false
}

/** Whether it is the same attachment, of the same owner. */
export const isSame = (told: Partial<Attachment> | undefined, asked: Attachment): boolean =>
  told !== undefined &&
  told.childInstanceOwnerId === asked.childInstanceOwnerId &&
  idempotencyKey({ ...asked, ...told }) === idempotencyKey(asked)

/** A foreign result without a text that its sender could have written: ids, codes, numbers and this program's own words. */
export function withoutForeignText(result: AttachmentResult): AttachmentResult {
  const { correlationId: _, error, reasons, ...data } = result.data
  const own = error && { code: error.code, kind: error.kind, message: '', advice: meaningOf(error.code).advice }
  return { ...result, data: { ...data, ...(own && { error: own }), ...(reasons && { reasons: [] }) } }
}
