/** The driver port: the only seam to the provider, one driver for each edition and type of child instance. */
import type { Attachment } from '../domain/attachment.js'
import type { Answer, Failure } from '../domain/failure.js'
import type { GrantCall } from '../domain/grant-call.js'
import type { Verdict } from '../domain/result.js'
import type { Delivery } from '../telemetry/observer.js'

/** `unrouted`: attached, but not routed as asked. `elsewhere`: attached to another CEN, where only one may have it. */
export type ObservedStatus = 'absent' | 'preparing' | 'attaching' | 'attached' | 'unrouted' | 'detaching' | 'elsewhere'

export interface AttachmentState {
  readonly status: ObservedStatus
  /** When it was attached, epoch milliseconds, cut to the minute; absent if the API does not say. */
  readonly attachedAtMs?: number
}

export interface CallLimits {
  /** The call is given up at this time, epoch milliseconds. */
  readonly deadlineMs: number
  /** Until this time, epoch milliseconds, a reading may wait for one that is made for other messages. */
  readonly neededByMs?: number
  /** The reading has the last word: absence is asked for by itself, not concluded from a list. */
  readonly alone?: boolean
  /** Called for every refused attempt, including those that are tried again within the call. */
  readonly refused?: (failure: Failure) => void
  /** The delivery that the call is made for, if it is made for one message. */
  readonly delivery?: Delivery | undefined
}

/** What differs between drivers and what `decide` and the admission need to know. */
export interface DriverRules {
  /** How long an accepted write may stay invisible to readings, in milliseconds. */
  readonly invisibleMs: number
}

/** Answers carry failures as values; no method rejects. */
export interface Driver {
  readonly rules: DriverRules
  /** Reads the state; the reading begins after this call. Changes nothing. */
  observe(attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>>
  /** Each write that the edition has. An ok answer means that the write was accepted, never that it has taken effect. */
  attach(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  route?(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  detach?(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  /** Reads what an attach would meet: no such CEN, another CEN that has the network, a missing grant. Changes nothing. */
  preview(attachment: Attachment, limits: CallLimits): Promise<Answer<Verdict>>
  /** The call by which the owner grants; `isComplete` is false while the account that owns the CEN is not known. */
  ownerCall(attachment: Attachment): Promise<{ readonly call: GrantCall; readonly isComplete: boolean }>
  /** Grants for the owner; absent if the worker has no role for it. Calls with the same token have one effect. */
  grant?(attachment: Attachment, clientToken: string, limits: CallLimits): Promise<Answer<unknown>>
}
