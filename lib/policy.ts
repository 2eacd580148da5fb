/** The attachment policy: who may ask for what. Nothing is called without its consent. */
import type { AttachmentRequest } from './attachment-request.js'
import type { Failure } from './failure.js'
import type { ReceivedMessage } from './received-message.js'

export interface Policy {
  /** The refusal, or undefined where the sender may ask for this. */
  refuse(request: AttachmentRequest, message: ReceivedMessage): Failure | undefined
}

/** The word that opens the door to everyone who can send to the queue. */
export const ALLOW_ALL = 'allow-all'

/** Reads the setting. Throws with the reason where it is no policy. */
export function readPolicy(setting: string): Policy {
  if (setting.trim() === ALLOW_ALL) return { refuse: () => undefined }
  throw new Error(`must be the word ${ALLOW_ALL}; policy files are not supported yet`)
}
