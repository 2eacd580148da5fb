/** The windows of the hall: what it asks of the world, and of nothing else. */
import type { Attachment } from '../domain/attachment.js'
import type { DeadLetterFacts } from '../domain/dead-letter.js'
import type { Failure } from '../domain/failure.js'
import type { AttachmentResult } from '../domain/result.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { Delivery } from '../telemetry/observer.js'

export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type LogFields = Readonly<Record<string, unknown>>

/** Events are `subject:verb`. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export type AttachmentStatus = 'attached' | 'attaching' | 'detaching' | 'absent'

export interface AttachmentState {
  readonly status: AttachmentStatus
  /** When it was attached, epoch milliseconds, cut to the minute; absent where the API does not say. */
  readonly attachedAtMs?: number
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export interface CallLimits {
  /** No answer after this, epoch milliseconds, counts; the call is given up then. */
  readonly deadlineMs: number
  /** Until then, epoch milliseconds, a reading may wait for one that is made for others. */
  readonly neededByMs?: number
  /** A reading that has the last word: that something is absent is asked for by itself, not concluded from a list. */
  readonly alone?: boolean
  /** Told of every attempt that was refused, those too that are tried again within the call. */
  readonly refused?: (failure: Failure) => void
  /** What the call is made for, where that is one message. */
  readonly delivery?: Delivery | undefined
}

/** The CEN's side. Answers carry failures as values; nothing rejects. */
export interface Attacher {
  /** Asks for the attachment. An answer that is ok says that it was accepted, never that it is attached. */
  attach(attachment: Attachment, limits: CallLimits): Promise<Answer<{ readonly apiRequestId?: string }>>
  /** Reads the state from the CEN; the reading begins after this call. */
  readState(attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>>
  /** Whether there is such a CEN. */
  cenExists(cenId: string, limits: CallLimits): Promise<Answer<boolean>>
  /** The id of the CEN that the child instance is attached to now, of those that can be seen; undefined where none has it. */
  attachedTo(attachment: Attachment, limits: CallLimits): Promise<Answer<string | undefined>>
  /** Whether the owner has granted the CEN; a grant that cannot be seen is answered like one that is missing. */
  isGranted(attachment: Attachment, limits: CallLimits): Promise<Answer<boolean>>
  /** The account that owns the CENs, for what an owner must grant to it. */
  cenOwnerId(): Promise<Answer<string>>
  /** Grants the CEN, for the owner of the child instance; absent where nobody may. A token names one wish: told twice, it is done once. */
  grant?(attachment: Attachment, clientToken: string, limits: CallLimits): Promise<Answer<unknown>>
}

export interface Proof {
  /** The topic whose signature the message carries; absent where it carries none that holds. */
  readonly topicArn?: string
  /** Why a claim to come from one of the topics is not believed. */
  readonly doubt?: string
}

/** Proofs of where a message comes from, beyond what its queue says. */
export interface Provenance {
  /** Whether it comes from one of `topics`. A failure if that could not be found out in time; its `retryAfterMs` says if it will be soon. Nothing rejects. */
  topicOf(message: ReceivedMessage, topics: ReadonlySet<string>, limits: CallLimits): Promise<Answer<Proof>>
}

export interface ResultPublisher {
  /** Resolves once the result is durable on the topic; rejects otherwise. */
  publish(result: AttachmentResult): Promise<void>
}

export interface MessageQueue {
  /** Ends the message: it will not come back. */
  complete(message: ReceivedMessage): Promise<void>
  /** The same message becomes visible again after whole seconds. */
  retry(message: ReceivedMessage, delaySeconds: number): Promise<void>
  /** Resolves once a copy with its reason is durable on the dead-letter queue. */
  deadLetter(message: ReceivedMessage, facts: DeadLetterFacts): Promise<void>
}
