/** Rows that are all on the queue, and results as a worker would publish them for their requests. */
import { createOutcomes, type Outcomes } from '../../../lib/campaigns/outcomes.js'
import type { PlannedRow } from '../../../lib/campaigns/plan.js'
import { failureOf } from '../../../lib/domain/failure.js'
import type { AttachmentRequest } from '../../../lib/domain/messages/request.js'
import { type AttachmentResult, type Outcome, toResult } from '../../../lib/domain/messages/result.js'

export function trackSentRows(rows: readonly PlannedRow[], senderId?: string): Outcomes {
  const outcomes = createOutcomes()
  for (const row of rows) {
    outcomes.add(row)
    outcomes.sent(row.request.requestId, 0, undefined, senderId)
  }
  return outcomes
}

export interface ReportedFacts {
  readonly at?: string
  readonly redriveCount?: number
  readonly code?: string
  /** The policy refused this sender. */
  readonly refused?: string
  /** When its message was sent. */
  readonly sentAtMs?: number
}

/** The result that the worker's own code makes of a message that asks for `request`. */
export function resultOf(request: AttachmentRequest, outcome: Outcome, reported: ReportedFacts = {}): AttachmentResult {
  const {
    at = '2026-11-25T12:00:00Z',
    redriveCount,
    refused,
    code = refused ? 'PolicyDenied' : 'Bid.NotFound',
  } = reported
  const nowMs = Date.parse(at)
  const message = {
    messageId: 'm',
    receiptHandle: 'r',
    body: '',
    receiveCount: 1,
    sentAtMs: reported.sentAtMs ?? nowMs,
    receivedAtMs: nowMs,
    ...(redriveCount !== undefined && { redriveCount }),
    ...(refused !== undefined && { senderId: refused, queueArn: 'arn:aws:sqs:eu-west-1:123456789012:requests' }),
  }
  return toResult(message, request, {
    source: 'urn:test',
    nowMs,
    outcome,
    ...(outcome === 'preflight' && { verdict: { would: 'attach' as const, reasons: [] } }),
    ...((outcome === 'failed' || outcome === 'grant-required') && { failure: failureOf({ code }) }),
    ...(refused !== undefined && { refused: true }),
  })
}
