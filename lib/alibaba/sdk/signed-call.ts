/** What every signed call has around it: keys that are valid now, short retries, and one renewal of keys that were refused. */

import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import { type Failure, failureOf } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { NO_OBSERVER } from '../../telemetry/observer.js'
import type { KeySource } from '../credentials/key-source.js'
import { observeCall } from './observe-call.js'
import { withShortRetries } from './short-retries.js'

/** Credentials that were renewed this recently are not renewed again. */
const RENEWAL_MS = 5_000

/** `action` names the call to whoever observes; each attempt is told of by itself. */
export type SignedCall = <T>(action: string, call: () => Promise<Answer<T>>, limits: CallLimits) => Promise<Answer<T>>

/** `source`: absent for calls that need no signature. */
export function createSignedCall(source: KeySource | undefined, clock: Clock, observer = NO_OBSERVER): SignedCall {
  let renewedAtMs = 0

  return async (action, call, limits) => {
    const callOnce: typeof call = async () => {
      try {
        await source?.keys()
      } catch (error) {
        return { ok: false, failure: failureOfKeys(error) }
      }
      return observeCall(action, call, limits, { observer, clock })
    }
    const answer = await withShortRetries(callOnce, limits, clock)
    if (answer.ok || answer.failure.kind !== 'credentials' || source === undefined) return answer
    // A role's session may have been ended early: new credentials are asked for once, together for all calls that were refused.
    if (clock.now() - renewedAtMs >= RENEWAL_MS) {
      if (!source.renew()) return answer
      renewedAtMs = clock.now()
    }
    return callOnce()
  }
}

/** What a provider throws may hold whole files and answers, so only a failure that was already classified is kept. */
function failureOfKeys(error: unknown): Failure {
  const { code, kind, message, advice } = (error ?? {}) as Partial<Failure>
  if (kind === undefined || code === undefined) return failureOf({ code: 'CredentialsUnavailable' })
  // An STS that cannot be reached says nothing about the credentials; the call was not made.
  if (PASSED_THROUGH.has(kind)) return error as Failure
  const why = kind === 'credentials' ? advice : message
  return failureOf({ code: 'CredentialsUnavailable', advice: `No keys could be had: ${code}: ${why}` })
}

const PASSED_THROUGH: ReadonlySet<string> = new Set(['unavailable', 'throttled', 'busy'])
