/** Rebuilds lost results from the lists of the CENs and from dead letters. */
import type { Edition } from '../domain/attachment.js'
import { MINUTE_MS } from '../domain/clock.js'
import { unwrap } from '../domain/messages/envelope.js'
import { DEFAULT_TTL_MS, parseRequest } from '../domain/messages/request.js'
import { type AttachmentResult, RESULT_TYPES, resultId } from '../domain/messages/result.js'
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

/** What the list of a CEN shows of a row. */
interface CenReading {
  /** Absent if the list has no such entry. */
  readonly entry?:
    | { readonly status: string; readonly attachedAtMs?: number; readonly edition?: Edition | undefined }
    | undefined
  /** False if a part of the list could not be read. */
  readonly isComplete: boolean
  readonly readAtMs: number
}

/**
 * The result of a sent row that a CEN's list proves; undefined if it proves none. The list has minutes only: attached
 * earlier than that is adopted. It does not show how an attachment of Enterprise Edition is routed, nor grants.
 */
export function resultFromCen(
  row: PlannedRow,
  { entry, isComplete, readAtMs }: CenReading,
  sentAtMs: number,
): AttachmentResult | undefined {
  const { request } = row
  if (request.action === 'detach') {
    if (entry || !isComplete || request.revokeGrant) return undefined
    const atMs = Math.max(readAtMs, sentAtMs)
    return rebuildResult(row, 'detached', resultId(request, 'detached'), { adopted: false }, atMs, sentAtMs)
  }
  if (entry?.status !== 'attached' || entry.edition === 'enterprise') return undefined
  const { attachedAtMs = sentAtMs } = entry
  const adopted = attachedAtMs < sentAtMs - MINUTE_MS
  const atMs = adopted ? sentAtMs : Math.max(attachedAtMs, sentAtMs)
  return rebuildResult(row, 'attached', resultId(request, 'attached'), { adopted }, atMs, sentAtMs)
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
  const requestedAtMs = Date.parse(requestedAt ?? '')
  // Whoever may send to the dead-letter queue chooses the attributes.
  const sentAtMs = requestedAtMs > 0 ? requestedAtMs : deadLetteredAtMs
  const read = parseRequest(body, { sentAtMs, ttlMs: DEFAULT_TTL_MS })
  if (id === undefined || !read.ok || read.request.campaignId !== campaignId) return undefined
  const row = { where: 'dead letter', request: read.request, body: fieldsOf(body) }
  const error = { code: errorCode, kind: errorKind, message: '', advice, ...(apiRequestId && { apiRequestId }) }
  const receives = attributes.receiveCount ?? ''
  const receiveCount = /^\d{1,9}$/.test(receives) ? Number(receives) : 1
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
  outcome: 'attached' | 'detached' | 'failed',
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
