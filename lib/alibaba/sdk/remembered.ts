/** Answers that are remembered for a time, and whose reading is shared. */
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered } from '../../domain/failure.js'
import { putNewest } from '../../domain/kept.js'
import type { CallLimits } from '../../reconcile/driver.js'

const MAX_REMEMBERED = 2_000

/** Remembers answers by key for a time; a concurrent reading is shared. `isEnough`: otherwise it is read again. */
export function remembered<T>(
  clock: Clock,
  validMs: number,
  read: (key: string, limits: CallLimits) => Promise<Answer<T>>,
): (key: string, limits: CallLimits, isEnough?: (value: T) => boolean) => Promise<Answer<T>> {
  const known = new Map<string, { readonly value: T; readonly atMs: number }>()
  const inFlight = new Map<string, Promise<Answer<T>>>()
  const readOnce = async (key: string, limits: CallLimits): Promise<Answer<T>> => {
    const answer = await read(key, limits)
    if (answer.ok) putNewest(known, key, { value: answer.value, atMs: clock.now() }, MAX_REMEMBERED)
    return answer
  }
  return (key, limits, isEnough = () => true) => {
    const one = known.get(key)
    if (one && clock.now() - one.atMs < validMs && isEnough(one.value)) return Promise.resolve(answered(one.value))
    const pending = inFlight.get(key) ?? readOnce(key, limits).finally(() => inFlight.delete(key))
    inFlight.set(key, pending)
    return pending
  }
}

const MAX_VALUES = 200

/** One value for each key, made when it is first asked for; those that were not asked for longest are dropped. */
export function byKey<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>()
  return (key) => {
    const value = known.get(key) ?? make(key)
    putNewest(known, key, value, MAX_VALUES)
    return value
  }
}
