/** Kinds of failure, and the rows of the tables of error codes. */
import type { RequestAction } from '../attachment.js'

/** Kinds that a result can report. */
export const REPORTED_KINDS = [
  'busy',
  'not-ready',
  'throttled',
  'unavailable',
  'already-attached',
  'not-granted',
  'unauthorized',
  'credentials',
  'rejected',
  'blocked',
  'unknown',
] as const

/** The last two are answers that an API gives as errors; they end no request. */
export const FAILURE_KINDS = [...REPORTED_KINDS, 'absent', 'already-granted'] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** Why a message is dead-lettered. */
export type DeadLetterReason = 'rejected' | 'expired' | 'invalid-request' | 'forbidden' | 'unknown'

export interface ErrorCodeRow {
  /** As the API spells it; `Forbbiden` and `Pubilsh` are its real spellings. */
  readonly code: string
  /** The HTTP status that it was seen with; it does not tell failures apart. Absent if no server sent it. */
  readonly http?: number
  /** True if the page of the action lists it. */
  readonly documented: boolean
  readonly kind: FailureKind
  /** The API's message; empty if it is not known. */
  readonly message: string
  /** What it means for the requester, and what to do; `{action}` stands for the action that answered. */
  readonly advice: string
  /** The dead letter's reason if it is not that of the kind. */
  readonly reason?: DeadLetterReason
  /** The action of a request that can meet it; absent: both. */
  readonly during?: RequestAction
}

/** Kinds in words, for `cen-attach codes` and the docs. */
export const KIND_MEANINGS: Readonly<Record<FailureKind, string>> = {
  busy: 'another change is in flight on the CEN, the VPC or a vSwitch; seconds to a minute',
  'not-ready': 'a resource is being created or upgraded; minutes',
  throttled: 'the API rate limit is reached',
  unavailable: 'a 5xx, a page that is not the API, a reset, a timeout: whether it had an effect is not known',
  'already-attached': 'the child is attached already: to this CEN, which is success, or to another one',
  absent: 'a reading found nothing: the answer to it, never a failure of a request',
  'not-granted': 'the owner account has not authorised the CEN',
  'already-granted': 'the grant is there already: success of the grant, never a failure of a request',
  unauthorized: 'RAM refuses this call for this CEN or child; other requests may pass',
  credentials: 'the credentials or settings of cen-attach itself are bad or expired',
  rejected: 'no retry can help',
  blocked:
    'something else uses the attachment and must be removed first; a detach removes only what the attachment owns',
  unknown: 'not in this table',
}

export interface ActionCodes {
  /** The actions whose answers these are, as the API names them; `any`: of every action. */
  readonly actions: readonly string[] | 'any'
  /** The action of a request that makes these calls; absent: both. */
  readonly during?: RequestAction
  readonly rows: readonly ErrorCodeRow[]
}

/** A row of a code that the page of its action lists; the message is not known. */
export const documented = (code: string, kind: FailureKind, advice: string, http = 400): ErrorCodeRow => ({
  code,
  http,
  documented: true,
  kind,
  message: '',
  advice,
})

/** A row of a code that public clients of the API treat as `kind`, or that is assumed. */
export const seen = (code: string, kind: FailureKind, advice: string, http = 400): ErrorCodeRow => ({
  ...documented(code, kind, advice, http),
  documented: false,
})

/** A row of a code that no server sends. */
export const own = (
  code: string,
  kind: FailureKind,
  advice: string,
  more: Pick<ErrorCodeRow, 'reason' | 'during'> = {},
): ErrorCodeRow => ({ code, documented: false, kind, message: '', advice, ...more })

/** The advice of a row, with the name of the action that answered. */
export const adviceOf = ({ advice }: ErrorCodeRow, action = ''): string =>
  advice.replace('{action}', action || 'the call')
