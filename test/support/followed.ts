/** Rows that are all on the queue, and results as a worker would publish them for their requests. */
import type { AttachmentRequest } from '../../lib/attachment-request.js'
import { type AttachmentResult, type Outcome, toResult } from '../../lib/attachment-result.js'
import { createOutcomes, type Outcomes } from '../../lib/campaign/outcomes.js'
import { failureOf } from '../../lib/failure.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'

export function followOutcomes(rows: readonly PlannedRow[], senderId?: string): Outcomes {
  const outcomes = createOutcomes()
  for (const row of rows) {
    outcomes.add(row)
    outcomes.sent(row.request.requestId, 0, undefined, senderId)
  }
  return outcomes
}

export interface Told {
  readonly at?: string
  readonly redriveCount?: number
  readonly code?: string
  /** The policy refused this sender. */
  readonly refused?: string
  /** When its message was sent. */
  readonly sentAtMs?: number
}

/** The result that the worker's own code makes of a message that asks for `request`. */
export function resultOf(request: AttachmentRequest, outcome: Outcome, told: Told = {}): AttachmentResult {
  const { at = '2026-11-25T12:00:00Z', redriveCount, refused, code = refused ? 'PolicyDenied' : 'Bid.NotFound' } = told
  const nowMs = Date.parse(at)
  const message = {
    messageId: 'm',
    receiptHandle: 'r',
    body: '',
    receiveCount: 1,
    sentAtMs: told.sentAtMs ?? nowMs,
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
