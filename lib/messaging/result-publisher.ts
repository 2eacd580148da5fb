/** The publisher port: the topic that results go to. */
import type { AttachmentResult } from '../domain/messages/result.js'

export interface ResultPublisher {
  /** Resolves once the result is durable on the topic; rejects otherwise. */
  publish(result: AttachmentResult): Promise<void>
}
