/** The clock of the machine. */
import type { Clock } from '../domain/clock.js'

/** A sleep ends early, without an error, when its signal aborts. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted || ms <= 0) return resolve()
      const others = signal && sleepersOf(signal)
      const wake = () => {
        clearTimeout(timer)
        others?.delete(wake)
        resolve()
      }
      // A longer timer would overflow and fire at once.
      const timer = setTimeout(wake, Math.min(ms, 2 ** 31 - 1))
      others?.add(wake)
    }),
}

/** Who sleeps until a signal aborts. A signal itself walks through all its listeners for each that comes or goes. */
const sleepers = new WeakMap<AbortSignal, Set<() => void>>()

/** Those who are woken, all together, when the signal aborts. */
export function sleepersOf(signal: AbortSignal): Set<() => void> {
  const known = sleepers.get(signal)
  if (known) return known
  const made = new Set<() => void>()
  sleepers.set(signal, made)
  const wakeAll = () => {
    for (const wake of made) wake()
  }
  signal.addEventListener('abort', wakeAll, { once: true })
  return made
}
