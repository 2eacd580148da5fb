/** Rebuilds lost results from the lists of the CENs and from dead letters. */

import { MINUTE_MS } from '../domain/clock.js'
import { unwrap } from '../domain/envelope.js'
import { DEFAULT_TTL_MS, parseRequest } from '../domain/request.js'
import { type AttachmentResult, RESULT_TYPES, resultId } from '../domain/result.js'
import type { PlannedRow } from './plan.js'

const SOURCE = 'urn:cen-attach:rebuilt'

/** The receive count of a rebuilt result whose message is gone. */
const UNKNOWN_RECEIVES = 0

/** Duration and receive count of a result; neither if it was rebuilt from a CEN's list, which has only the minute of the attach. */
export const figuresOf = ({
  source,
  data,
}: AttachmentResult): Partial<Pick<AttachmentResult['data'], 'durationMs' | 'receiveCount'>> =>
  source === SOURCE && data.receiveCount === UNKNOWN_RECEIVES
    ? {}
    : { durationMs: data.durationMs, receiveCount: data.receiveCount }

/** The result of an attach that a CEN's list has as attached. The list has minutes only: earlier than that is adopted. */
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

interface DeadLetterCopy {
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
  /** Epoch milliseconds. */
  readonly sentAtMs: number
}

/** The row of a worker's dead letter of this campaign, and its failed result; undefined for any other dead letter. */
export function failedResultFromDeadLetter(
  deadLetter: DeadLetterCopy,
  campaignId: string,
): { row: PlannedRow; result: AttachmentResult } | undefined {
  const { body, attributes, sentAtMs: deadLetteredAtMs } = deadLetter
  const {
    resultId: id,
    errorCode = 'Unknown',
    errorKind = 'unknown',
    advice = '',
    apiRequestId,
    senderId,
    requestedAt,
  } = attributes
  const sentAtMs = Date.parse(requestedAt ?? '') || deadLetteredAtMs
  const read = parseRequest(body, { sentAtMs, ttlMs: DEFAULT_TTL_MS })
  if (id === undefined || !read.ok || read.request.campaignId !== campaignId) return undefined
  const row = { where: 'dead letter', request: read.request, body: fieldsOf(body) }
  const error = { code: errorCode, kind: errorKind, message: '', advice, ...(apiRequestId && { apiRequestId }) }
  const receiveCount = Number(attributes.receiveCount ?? 1)
  const known = { adopted: false, error, receiveCount, ...(senderId && { senderId }) }
  return { row, result: rebuildResult(row, 'failed', id, known, deadLetteredAtMs, sentAtMs) }
}

/** The body without an envelope around it. */
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
  const { requestId, correlationId, campaignId, action, attachment } = request
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
      action,
      attachment,
      outcome,
      receiveCount: UNKNOWN_RECEIVES,
      ...known,
      requestedAt: new Date(sentAtMs).toISOString(),
      finishedAt,
      durationMs: Math.max(0, atMs - sentAtMs),
    },
  }
}
