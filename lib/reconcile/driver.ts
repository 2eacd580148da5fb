/** The driver port: the only seam to the provider, one driver for each edition and type of child instance. */
import type { Attachment, AttachmentDetails, Edition } from '../domain/attachment.js'
import type { Answer, Failure } from '../domain/failure.js'
import type { GrantCall } from '../domain/grant-call.js'
import type { AttachmentRequest, FieldFault } from '../domain/messages/request.js'
import type { Verdict } from '../domain/messages/result.js'
import type { Delivery } from '../telemetry/observer.js'

/**
 * `preparing`: its router is being created. `unrouted`: attached, but not routed as asked. `elsewhere`: attached to
 * another CEN, and only one is allowed.
 */
export type ObservedStatus = 'absent' | 'preparing' | 'attaching' | 'attached' | 'unrouted' | 'detaching' | 'elsewhere'

export interface AttachmentState {
  readonly status: ObservedStatus
  /** When it was attached, epoch milliseconds, cut to `DriverRules.timePrecisionMs`; absent if the API does not report it. */
  readonly attachedAtMs?: number
  /** Of `unrouted` and of a detach: what the next write changes, such as `association`. */
  readonly part?: string
  /** False: what is missing or in progress is no change of the CEN, and holds none of its slots. */
  readonly holdsSlot?: boolean
  readonly details?: AttachmentDetails
  /** The cloud service that manages it; only that service can detach it. */
  readonly managedBy?: string
  /** The account that owns the network, if the API names it. */
  readonly ownerId?: string
  /** True if that is another account than the request names: nothing is done to the network. */
  readonly isForeign?: boolean
}

/** What the calls of a driver are made for: the fields of a request that matter to the provider. */
export type Target = Pick<AttachmentRequest, 'action' | 'attachment' | 'options' | 'revokeGrant' | 'idempotencyKey'> & {
  /** Part of every client token, so that a redrive or a later request is a new call. */
  readonly messageId: string
  /** When the queue accepted the message, epoch milliseconds. */
  readonly sentAtMs: number
}

/** With less time left than this, in milliseconds, no call is begun. */
export const LEAST_CALL_MS = 500

export interface CallLimits {
  /** When the call is given up, epoch milliseconds. */
  readonly deadlineMs: number
  /** Until when a reading may wait to share a call with other messages, epoch milliseconds. */
  readonly neededByMs?: number
  /**
   * A whole listing that began at this time or later, epoch milliseconds, may show that the attachment is absent.
   */
  readonly sinceMs?: number
  /** Absence must be shown by calls that begin after this one: pages that were read earlier do not count. */
  readonly exact?: boolean
  /** A reading of this attachment alone, not from a list of the CEN: its answer is authoritative. */
  readonly alone?: boolean
  /**
   * Of a write, a grant or its revocation: true once no further call of it may be sent, as `notAfter` has passed, the host needs
   * the time left, or the policy no longer allows it.
   */
  readonly isOver?: () => boolean
  /** Called for every refused attempt, including those that are retried within the call. */
  readonly refused?: (failure: Failure) => void
  /** The delivery that the call is made for, if it is made for one message. */
  readonly delivery?: Delivery | undefined
}

/** The properties of an edition that the core needs to know. */
export interface DriverRules {
  readonly edition: Edition
  /** How long an accepted write may stay invisible to readings, in milliseconds. */
  readonly invisibleMs: number
  /** True: the state is read before the first write. False: a write to what exists already is refused and changes nothing. */
  readonly readsFirst: boolean
  /** The unit of `attachedAtMs`, in milliseconds. */
  readonly timePrecisionMs: number
  readonly durations: {
    /** True if operations of one kind take differently long. */
    readonly vary: boolean
    /** The longest estimate, in milliseconds. */
    readonly longestMs: number
  }
}

/** Failures are values; no method rejects. */
export interface Driver {
  readonly rules: DriverRules
  /** The fields of the request that do not fit the edition or the settings. */
  faultsOf(target: Target): readonly FieldFault[]
  /** Reads the state, beginning after this call. Changes nothing. */
  observe(target: Target, limits: CallLimits): Promise<Answer<AttachmentState>>
  /** The writes of the edition. An ok answer means that the write was accepted, not that it has taken effect. */
  attach(target: Target, limits: CallLimits): Promise<Answer<unknown>>
  route?(target: Target, limits: CallLimits): Promise<Answer<unknown>>
  detach?(target: Target, limits: CallLimits): Promise<Answer<unknown>>
  /** Reads what the request would meet and change: a missing CEN, another CEN, a missing grant, zones. Changes nothing. */
  preview(target: Target, limits: CallLimits): Promise<Answer<Verdict>>
  /**
   * The call that mends the failure, and that a person must make; `isComplete` is false while the account of the CEN is
   * unknown. Undefined if no call is known.
   */
  mendingCall(target: Target, failure: Failure): Promise<MendingCall | undefined>
  /** Grants for the owner; absent if the worker has no role for it. Calls with the same token have one effect. */
  grant?(target: Target, clientToken: string, limits: CallLimits): Promise<Answer<unknown>>
  /** Takes the owner's grant back, and reads that it is gone; absent if the worker has no role for it. */
  revoke?(target: Target, limits: CallLimits): Promise<Answer<unknown>>
}

export interface MendingCall {
  readonly call: GrantCall
  readonly isComplete: boolean
}

/** Finds the driver of an attachment by its type and by the edition of the transit router in its region. */
export interface Drivers {
  /** The driver, if no call is needed to find it. */
  known(attachment: Attachment): Driver | undefined
  /** `fresh`: the edition is read again, even if it is known. Never rejects. */
  find(target: Target, limits: CallLimits & { readonly fresh?: boolean }): Promise<Answer<Driver>>
}
