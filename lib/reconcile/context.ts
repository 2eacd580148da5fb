/** What a door builds once and the hall works with. */
import type { AcceptedAttaches } from '../admission/accepted-writes.js'
import type { CircuitBreaker } from '../admission/circuit-breaker.js'
import type { Limiter } from '../admission/limiter.js'
import type { OperationDurations } from '../admission/operation-durations.js'
import type { Random } from '../domain/backoff.js'
import type { Policy } from '../policy/policy.js'
import type { Observer } from '../telemetry/observer.js'
import type { Attacher, Clock, Log, Provenance, ResultPublisher } from './ports.js'
import type { RecentIds } from './recent-ids.js'

export interface Context {
  readonly attacher: Attacher
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
  readonly accepted: AcceptedAttaches
  /** Receipts after which nothing is under way: when their messages come back, nothing has to be read. */
  readonly untouched: RecentIds
  /** Those of them before which nothing was ever sent: what shows elsewhere then is none of ours. */
  readonly unsent: RecentIds
  /** What this process has said once: ids of the grant-required results that it published, and queues on which results came back. */
  readonly parked: RecentIds
  /** The `source` of every result. */
  readonly source: string
  /** How long a request lives where it names no `notAfter`, in milliseconds. */
  readonly ttlMs: number
  /** How long a step that ends a message is tried again while its decision is in hand, in milliseconds. */
  readonly settleRetryMs: number
  /** How long a message may wait in hand, in milliseconds; 0 where that is paid for. */
  readonly holdMs: number
  /** How long a message at least stays away while the intake is paused, in milliseconds. */
  readonly pausedDelayMs: number
}
