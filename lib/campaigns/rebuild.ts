/** Results that nobody heard, made out from what the CENs and the dead-letter queue still show. */

import { unwrap } from '../domain/envelope.js'
import { parseRequest } from '../domain/request.js'
import { type AttachmentResult, RESULT_TYPES, resultId } from '../domain/result.js'
import type { PlannedRow } from './plan.js'

const SOURCE = 'urn:cen-attach:rebuilt'
/** The CEN tells minutes only. */
const MINUTE_MS = 60_000

/** The receives of what nobody counted. */
const NOT_KNOWN = 0

/** How long a row took, and its receives; nothing of what was read at a CEN: it says the minute of an attachment, no more. */
export const figuresOf = ({
  source,
  data,
}: AttachmentResult): Partial<Pick<AttachmentResult['data'], 'durationMs' | 'receiveCount'>> =>
  source === SOURCE && data.receiveCount === NOT_KNOWN
    ? {}
    : { durationMs: data.durationMs, receiveCount: data.receiveCount }

/** That a row is attached, as the CEN's list has it. `sentAtMs`: when the campaign asked for it. */
export function attachedResultFromCen(row: PlannedRow, attachedAtMs: number, sentAtMs: number): AttachmentResult {
  const adopted = attachedAtMs < sentAtMs - MINUTE_MS
  return rebuildResult(
    row,
    'attached',
    resultId(row.request, 'attached'),
    { adopted },
    adopted ? sentAtMs : Math.max(attachedAtMs, sentAtMs),
    sentAtMs,
  )
}

export interface DeadLetterCopy {
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
  readonly atMs: number
}

const DAY_MS = 86_400_000

/** The row and the failure that a dead letter of this campaign tells of; undefined for any other letter. */
export function failedResultFromDeadLetter(
  deadLetter: DeadLetterCopy,
  campaignId: string,
): { row: PlannedRow; result: AttachmentResult } | undefined {
  const { body, attributes, atMs } = deadLetter
  const {
    resultId: id,
    errorCode = 'Unknown',
    errorKind = 'unknown',
    advice = '',
    apiRequestId,
    senderId,
    requestedAt,
  } = attributes
  const sentAtMs = Date.parse(requestedAt ?? '') || atMs
  const read = parseRequest(body, { sentAtMs, ttlMs: DAY_MS })
  if (id === undefined || !read.ok || read.request.campaignId !== campaignId) return undefined
  const row = { where: 'dead letter', request: read.request, body: fieldsOf(body) }
  const error = { code: errorCode, kind: errorKind, message: '', advice, ...(apiRequestId && { apiRequestId }) }
  const receiveCount = Number(attributes.receiveCount ?? 1)
  const known = { adopted: false, error, receiveCount, ...(senderId && { senderId }) }
  return { row, result: rebuildResult(row, 'failed', id, known, atMs, sentAtMs) }
}

/** The body as it can be sent again: without the envelope that it may have come in. */
function fieldsOf(body: string): string {
  const { value, path } = unwrap(JSON.parse(body))
  return path === '' ? body : JSON.stringify(value)
}

function rebuildResult(
  { request }: PlannedRow,
  outcome: 'attached' | 'failed',
  id: string,
  known: Pick<AttachmentResult['data'], 'adopted' | 'error' | 'senderId'> & { readonly receiveCount?: number },
  atMs: number,
  sentAtMs: number,
): AttachmentResult {
  const { requestId, correlationId, campaignId, attachment } = request
  const finishedAt = new Date(atMs).toISOString()
  return {
    specversion: '1.0',
    id,
    type: RESULT_TYPES[outcome],
    source: SOURCE,
    subject: `${attachment.cenId}/${attachment.childInstanceId}`,
    time: finishedAt,
    datacontenttype: 'application/json',
    data: {
      requestId,
      ...(correlationId !== undefined && { correlationId }),
      ...(campaignId !== undefined && { campaignId }),
      attachment,
      outcome,
      receiveCount: NOT_KNOWN,
      ...known,
      requestedAt: new Date(sentAtMs).toISOString(),
      finishedAt,
      durationMs: Math.max(0, atMs - sentAtMs),
    },
  }
}
