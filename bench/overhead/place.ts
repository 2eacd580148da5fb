/** Where the children of the overhead bench find each other: one queue, topic and dead-letter queue for each loop. */
import type { LocalQueues } from '../../lib/aws/queue-setup.js'

export interface Place {
  /** The settings of the clouds: endpoints and keys. */
  readonly env: Readonly<Record<string, string>>
  readonly queues: LocalQueues
}

/** What a loop tells of one round. */
export interface Round {
  readonly ms: number
  /** Of its own process, user and system. */
  readonly cpuMs: number
}
