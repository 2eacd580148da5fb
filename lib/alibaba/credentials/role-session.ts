/** Keys of an assumed role: kept until shortly before they expire, asked for by one flight at a time. */
import type { AlibabaKeys } from '../../config/alibaba.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import type { KeySource } from './key-source.js'

export interface SessionKeys {
  readonly keys: AlibabaKeys
  /** Epoch milliseconds. */
  readonly expiresAtMs: number
}

/** New keys are asked for this long before the old ones end, while those still serve. */
const EARLY_MS = 10 * 60_000
/** Keys that end this soon are not handed out: a call with them could arrive too late. */
const TOO_LATE_MS = 30_000
/** After a refresh that failed, the old keys serve this long before the next try. */
const RETRY_MS = 10_000

/** Returns a source. Its `keys` reject with the failure of the assume call where no session can be had. */
export function createSessionKeys(assume: () => Promise<Answer<SessionKeys>>, clock: Clock): KeySource {
  let current: SessionKeys | undefined
  let inFlight: Promise<SessionKeys> | undefined
  let retryAtMs = 0

  const refresh = (): Promise<SessionKeys> => {
    inFlight ??= assume()
      .then((answer) => {
        if (!answer.ok) throw answer.failure
        current = answer.value
        return current
      })
      .finally(() => {
        inFlight = undefined
      })
    return inFlight
  }
  return {
    async keys() {
      const leftMs = (current?.expiresAtMs ?? 0) - clock.now()
      if (!current || leftMs < TOO_LATE_MS) return (await refresh()).keys
      if (leftMs < EARLY_MS && clock.now() >= retryAtMs) {
        retryAtMs = clock.now() + RETRY_MS
        // The old keys still serve; a refresh that fails is tried again soon.
        refresh().catch(() => undefined)
      }
      return current.keys
    },
    renew() {
      current = undefined
      return true
    },
  }
}
