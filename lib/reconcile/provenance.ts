/** The provenance port: proofs of the origin of a message, beyond what its queue reports. */
import type { Answer } from '../domain/failure.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { CallLimits } from './driver.js'

export interface Proof {
  /** The topic whose signature the message carries; absent if it has no valid one. */
  readonly topicArn?: string
  /** Why the claim to come from one of the topics was rejected. */
  readonly doubt?: string
}

export interface Provenance {
  /** Checks whether the message comes from one of `topics`; a failure if that is not known in time. Never rejects. */
  topicOf(message: ReceivedMessage, topics: ReadonlySet<string>, limits: CallLimits): Promise<Answer<Proof>>
}
