/** Every signed call: valid keys, short retries, and one repetition with new keys if the keys were refused. */
import type { Clock } from '../../domain/clock.js'
import { type Answer, type Failure, failureOf, notSent } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { NO_OBSERVER } from '../../telemetry/observer.js'
import type { KeySource } from '../credentials/key-source.js'
import { observeCall } from './observe-call.js'
import { withShortRetries } from './short-retries.js'

/** The pause between two renewals of the keys, in milliseconds. */
const RENEWAL_MS = 5_000

/** `action` names the call for the observer, to which each attempt is reported by itself. */
export type SignedCall = <T>(action: string, call: () => Promise<Answer<T>>, limits: CallLimits) => Promise<Answer<T>>

/** `source` is undefined for calls that need no signature. */
export function createSignedCall(source: KeySource | undefined, clock: Clock, observer = NO_OBSERVER): SignedCall {
  let renewedAtMs = 0

  return async (action, call, limits) => {
    const callOnce: typeof call = async () => {
      try {
        await source?.keys()
      } catch (error) {
        return { ok: false, failure: failureOfKeys(error) }
      }
      // The keys, or the attempts before, may have taken the time that was left.
      if (limits.isOver?.()) return notSent(action)
      return observeCall(action, call, limits, { observer, clock })
    }
    const answer = await withShortRetries(callOnce, limits, clock)
    if (answer.ok || answer.failure.kind !== 'credentials' || source === undefined) return answer
    // A role's session may have been revoked: the keys are renewed once for all calls that were refused.
    if (clock.now() - renewedAtMs >= RENEWAL_MS) {
      if (!source.renew()) return answer
      renewedAtMs = clock.now()
    }
    return callOnce()
  }
}

/** The error of a provider may hold whole files and answers, so only a classified failure is kept. */
function failureOfKeys(error: unknown): Failure {
  const { code, kind, message, advice } = (error ?? {}) as Partial<Failure>
  if (kind === undefined || code === undefined) return failureOf({ code: 'CredentialsUnavailable' })
  // If STS cannot be reached, the credentials are not at fault, and the call was not made.
  if (PASSED_THROUGH.has(kind)) return error as Failure
  const why = kind === 'credentials' ? advice : message
  return failureOf({ code: 'CredentialsUnavailable', advice: `No keys are available: ${code}: ${why}` })
}

const PASSED_THROUGH: ReadonlySet<string> = new Set(['unavailable', 'throttled', 'busy'])
