/** The system clock. */
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
      // A longer timer would overflow and fire immediately.
      const timer = setTimeout(wake, Math.min(ms, 2 ** 31 - 1))
      others?.add(wake)
    }),
}

/** The sleepers of each signal, in one listener: a signal with thousands of listeners is slow to add and remove them. */
const sleepers = new WeakMap<AbortSignal, Set<() => void>>()

/** The sleepers that are woken when the signal aborts. */
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
