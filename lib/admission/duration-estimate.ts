/** The port of an estimate: how long the operations of one kind take on one CEN, learnt from readings. */

/** The shortest delay before a read, in milliseconds. */
export const MIN_DELAY_MS = 40
/** The estimate before any operation of the kind is known, in milliseconds. */
export const INITIAL_ESTIMATE_MS = 1_000

export interface DurationEstimate {
  /** The usual duration, in milliseconds. */
  typicalMs(): number
  /** An operation was accepted. `isTracked`: whether another operation is still in progress. */
  started(key: string, isTracked: (key: string) => boolean): void
  /** It was observed in progress after `elapsedMs`. `fromStart`: this process had it accepted. */
  running(key: string, elapsedMs: number, fromStart: boolean): void
  /** It was observed to have ended after `elapsedMs`, and was last observed in progress after `lastRunningMs`. */
  completed(key: string, elapsedMs: number, lastRunningMs: number): void
  /** When it should first be read, in milliseconds after its start. */
  firstReadMs(key: string): number
  /** The wait before the next read of an operation of this age, in milliseconds. */
  waitMs(key: string, elapsedMs: number): number
  /** Reads fall on a grid of this many milliseconds, so that one call answers many of them. */
  gridMs(): number
  /** How long a read may wait for others that share its call, in milliseconds. */
  shareMs(): number
}
