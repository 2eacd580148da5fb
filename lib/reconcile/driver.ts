/** The driver port: the only seam to the provider, one driver for each edition and type of child instance. */
import type { Attachment } from '../domain/attachment.js'
import type { Answer, Failure } from '../domain/failure.js'
import type { GrantCall } from '../domain/grant-call.js'
import type { Verdict } from '../domain/result.js'
import type { Delivery } from '../telemetry/observer.js'

/**
 * `preparing`: its router is being created. `unrouted`: attached, but not routed as asked. `elsewhere`: attached to
 * another CEN, and only one is allowed.
 */
export type ObservedStatus = 'absent' | 'preparing' | 'attaching' | 'attached' | 'unrouted' | 'detaching' | 'elsewhere'

export interface AttachmentState {
  readonly status: ObservedStatus
  /** When it was attached, epoch milliseconds, cut to the minute; absent if the API does not report it. */
  readonly attachedAtMs?: number
}

export interface CallLimits {
  /** When the call is given up, epoch milliseconds. */
  readonly deadlineMs: number
  /** Until when a reading may wait to share a call with other messages, epoch milliseconds. */
  readonly neededByMs?: number
  /** A reading of this attachment alone, not from a list of the CEN: its answer is authoritative. */
  readonly alone?: boolean
  /** Called for every refused attempt, including those that are retried within the call. */
  readonly refused?: (failure: Failure) => void
  /** The delivery that the call is made for, if it is made for one message. */
  readonly delivery?: Delivery | undefined
}

/** The properties of an edition that the core needs to know. */
interface DriverRules {
  /** How long an accepted write may stay invisible to readings, in milliseconds. */
  readonly invisibleMs: number
}

/** Failures are values; no method rejects. */
export interface Driver {
  readonly rules: DriverRules
  /** Reads the state, beginning after this call. Changes nothing. */
  observe(attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>>
  /** The writes of the edition. An ok answer means that the write was accepted, not that it has taken effect. */
  attach(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  route?(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  detach?(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  /** Reads what an attach would meet: a missing CEN, an attachment to another CEN, a missing grant. Changes nothing. */
  preview(attachment: Attachment, limits: CallLimits): Promise<Answer<Verdict>>
  /** The call that the owner must make; `isComplete` is false while the account of the CEN is unknown. */
  ownerCall(attachment: Attachment): Promise<{ readonly call: GrantCall; readonly isComplete: boolean }>
  /** Grants for the owner; absent if the worker has no role for it. Calls with the same token have one effect. */
  grant?(attachment: Attachment, clientToken: string, limits: CallLimits): Promise<Answer<unknown>>
}
