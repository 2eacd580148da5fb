/** Keys of an assumed role: cached until shortly before they expire, refreshed by one call at a time. */
import type { AlibabaKeys } from '../../config/alibaba.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import type { KeySource } from './key-source.js'

export interface SessionKeys {
  readonly keys: AlibabaKeys
  /** Epoch milliseconds. */
  readonly expiresAtMs: number
}

/** The refresh begins this long before the keys expire; the old keys are used meanwhile, in milliseconds. */
const REFRESH_BEFORE_MS = 10 * 60_000
/** Keys with less time left are not used: a call with them could arrive too late, in milliseconds. */
const MIN_LIFETIME_MS = 30_000
/** The pause after a failed refresh, in milliseconds. */
const RETRY_MS = 10_000

/** Its `keys` reject with the failure of the assume call if there is no valid session. */
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
      if (!current || leftMs < MIN_LIFETIME_MS) return (await refresh()).keys
      if (leftMs < REFRESH_BEFORE_MS && clock.now() >= retryAtMs) {
        retryAtMs = clock.now() + RETRY_MS
        // A failed refresh is repeated after the pause, as long as the old keys are valid.
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
