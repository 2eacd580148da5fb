/** The situation of one request in one pass: what is desired, known and allowed, and what went wrong. */
import type { AcceptedWrites } from '../../admission/accepted-writes.js'
import type { Failure } from '../../domain/failure.js'
import type { AttachmentRequest } from '../../domain/messages/request.js'
import type { Verdict } from '../../domain/messages/result.js'
import type { ReceivedMessage } from '../../messaging/received-message.js'
import type { AttachmentState, Driver, Target } from '../driver.js'

/** What a request asks for. */
export type Desired = 'attached' | 'detached'

/** A change of an attachment. */
export type Write = 'attach' | 'route' | 'detach'

/** What is known about the attachment. A write is decided only on `untried` and `observed`. */
export type Knowledge =
  /** An earlier delivery may have written: the state is read before the next write. */
  | { readonly is: 'unknown' }
  /** No call was ever made for this message, so none of its writes can be in progress. */
  | { readonly is: 'untried' }
  /** The state was read, and nothing was written since. `alone`: by an authoritative reading. */
  | {
      readonly is: 'observed'
      readonly state: AttachmentState
      readonly alone?: boolean
      /** Accepted writes that this reading does not show. */
      readonly accepted?: AcceptedWrites | undefined
    }
  /** A write was accepted, and it is too early to read its effect. */
  | { readonly is: 'pending'; readonly write: Write }

/** What the policy allows now. */
export type Permission =
  | { readonly is: 'change' }
  /** The state may be read but not changed: a rule allows the request at other times, or the sender is not proved yet. */
  | { readonly is: 'observe'; readonly refusal: Failure }
  | { readonly is: 'nothing'; readonly refusal: Failure }

/** What prevented the last step. */
export type Setback =
  | {
      readonly from: 'api'
      readonly during: 'observe' | 'grant' | 'revoke' | Write
      readonly failure: Failure
      /** How long an earlier write for this message may stay invisible, in milliseconds. */
      readonly invisibleMs: number
      /** Milliseconds until the next probe of the circuit breaker; 0 if it is closed. */
      readonly probeMs: number
    }
  /** The rate limiter or the concurrency limit. `isSoon`: a slot is expected among the next. */
  | { readonly from: 'limit'; readonly waitMs: number; readonly isSoon: boolean }
  | { readonly from: 'breaker'; readonly waitMs: number }
  /** The host leaves no time for a call. */
  | { readonly from: 'host' }
  /** The sender is not proved yet; `waitMs`: when the proof is expected. */
  | { readonly from: 'proof'; readonly failure: Failure; readonly waitMs?: number | undefined }

/** Whether the worker can grant for the owner; `possible` until a step of this pass has tried. */
export type GrantStatus = 'impossible' | 'possible' | 'made' | 'refused' | 'revoked'

export interface Situation {
  readonly message: ReceivedMessage
  readonly request: AttachmentRequest
  readonly desired: Desired
  /** Absent until it was found; there from the start, if no call is needed to find it. */
  readonly driver?: Driver | undefined
  /** True if the edition was read in this pass, and not remembered. */
  readonly isEditionFresh?: boolean
  readonly knowledge: Knowledge
  /** Of an attach: this process has a detach of the same network under way, which no single reading need show. */
  readonly isDetachUnderWay?: boolean
  readonly permission: Permission
  readonly grant: GrantStatus
  readonly setback?: Setback
  /** Of a dry run: what the write would meet, once it was read. */
  readonly verdict?: Verdict
  /** A random number in [0, 1), drawn for this pass. */
  readonly draw: number
}

/** What the driver's calls are made for. */
export const targetOf = ({ request, message }: Pick<Situation, 'request' | 'message'>): Target => ({
  action: request.action,
  attachment: request.attachment,
  options: request.options,
  revokeGrant: request.revokeGrant,
  idempotencyKey: request.idempotencyKey,
  messageId: message.messageId,
  sentAtMs: message.sentAtMs,
})

/** The situation after a step that succeeded: without a setback. */
export function settled({ setback: _, ...rest }: Situation, changes: Partial<Situation>): Situation {
  return { ...rest, ...changes }
}
