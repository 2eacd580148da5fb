/** The context of every message: the ports and the state of this process, built once by an entry point. */
import type { AcceptedWriteStore } from '../admission/accepted-writes.js'
import type { CircuitBreaker } from '../admission/circuit-breaker.js'
import type { Limiter } from '../admission/limiter.js'
import type { OperationDurations } from '../admission/operation-durations.js'
import type { Random } from '../domain/backoff.js'
import type { Clock } from '../domain/clock.js'
import type { ResultPublisher } from '../messaging/result-publisher.js'
import type { Policy } from '../policy/policy.js'
import type { Log } from '../telemetry/log.js'
import type { Observer } from '../telemetry/observer.js'
import type { Drivers } from './driver.js'
import type { KnowledgeStore } from './knowledge-store.js'
import type { Provenance } from './provenance.js'
import type { RecentIds } from './recent-ids.js'
import type { RequestReader } from './request-reader.js'

export interface Context {
  readonly drivers: Drivers
  readonly requests: RequestReader
  readonly publisher: ResultPublisher
  readonly policy: Policy
  readonly provenance: Provenance
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly observer: Observer
  readonly breaker: CircuitBreaker
  readonly limiter: Limiter
  readonly durations: OperationDurations
  readonly knowledge: KnowledgeStore
  /** Writes that were accepted and that no reading shows yet. */
  readonly accepted: AcceptedWriteStore
  /** What this process reports only once: ids of grant-required results, and queues that delivered results. */
  readonly reported: RecentIds
  /** The `source` of every result. */
  readonly source: string
  /** How long a failed delete or dead-letter is retried while the message is in memory, in milliseconds. */
  readonly settleRetryMs: number
  /** How long a message may wait in memory, in milliseconds; 0 if the host charges for waiting. */
  readonly holdMs: number
  /** How long a message is deferred at least while the circuit breaker is open, in milliseconds. */
  readonly pausedDelayMs: number
}
