/** The provenance port: proofs of where a message comes from, beyond what its queue says. */
import type { Answer } from '../domain/failure.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { CallLimits } from './driver.js'

export interface Proof {
  /** The topic whose signature the message carries; absent if it carries none that holds. */
  readonly topicArn?: string
  /** Why a claim to come from one of the topics is not believed. */
  readonly doubt?: string
}

export interface Provenance {
  /** Whether the message comes from one of `topics`; a failure if that could not be found out in time. Never rejects. */
  topicOf(message: ReceivedMessage, topics: ReadonlySet<string>, limits: CallLimits): Promise<Answer<Proof>>
}
