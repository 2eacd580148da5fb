/** The situation of one request in one pass: what is desired, what is known, what is allowed, and what went wrong. */

import type { AcceptedWrites } from '../admission/accepted-writes.js'
import type { Failure } from '../domain/failure.js'
import type { AttachmentRequest } from '../domain/request.js'
import type { Verdict } from '../domain/result.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { AttachmentState } from './driver.js'

/** What a request asks for. */
export type Desired = 'attached' | 'detached'

/** A change of an attachment. */
export type Write = 'attach' | 'route' | 'detach'

/** What may still be relied on of the attachment's state. A write is decided on `untried` and `observed` only. */
export type Knowledge =
  /** An earlier delivery may have changed something: the state is read before anything is written. */
  | { readonly is: 'unknown' }
  /** No call was ever made for this message, so nothing of it can be under way. */
  | { readonly is: 'untried' }
  /** The state was read, and nothing was written since. `alone`: by a reading that has the last word. */
  | {
      readonly is: 'observed'
      readonly state: AttachmentState
      readonly alone?: boolean
      /** Writes that were accepted and that this reading does not show. */
      readonly accepted?: AcceptedWrites | undefined
    }
  /** A write was accepted, and its effect cannot show yet. */
  | { readonly is: 'pending'; readonly write: Write }

/** What the policy allows at this time. */
export type Permission =
  | { readonly is: 'change' }
  /** The state may be read, nothing may be changed: a rule allows it at other times, or the sender is not proved yet. */
  | { readonly is: 'observe'; readonly refusal: Failure }
  | { readonly is: 'nothing'; readonly refusal: Failure }

/** What kept the last step from being done. */
export type Setback =
  | {
      readonly from: 'api'
      readonly during: 'observe' | 'grant' | Write
      readonly failure: Failure
      /** For so long, in milliseconds, a write that was made earlier for this message may stay invisible. */
      readonly invisibleMs: number
      /** Milliseconds until the next probe of the circuit breaker; 0 if it is closed. */
      readonly probeMs: number
    }
  /** The rate limiter or the concurrency limit. `isSoon`: a slot is expected among the next. */
  | { readonly from: 'limit'; readonly waitMs: number; readonly isSoon: boolean }
  | { readonly from: 'breaker'; readonly waitMs: number }
  /** The host leaves no time for a call. */
  | { readonly from: 'host' }
  /** The proof of the sender is not there yet; `waitMs`: it is expected after that. */
  | { readonly from: 'proof'; readonly failure: Failure; readonly waitMs?: number | undefined }

/** Whether the worker can grant for the owner; `possible` until a pass has tried. */
export type GrantStatus = 'impossible' | 'possible' | 'made' | 'refused'

export interface Situation {
  readonly message: ReceivedMessage
  readonly request: AttachmentRequest
  readonly desired: Desired
  readonly knowledge: Knowledge
  readonly permission: Permission
  readonly grant: GrantStatus
  readonly setback?: Setback
  /** Of a dry run: what the write would meet, once that was read. */
  readonly verdict?: Verdict
  /** A random number in [0, 1), drawn for this pass. */
  readonly draw: number
}

/** The situation after a step that succeeded: no setback is left. */
export function settled({ setback: _, ...rest }: Situation, changes: Partial<Situation>): Situation {
  return { ...rest, ...changes }
}
