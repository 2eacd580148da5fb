/** The clock of the machine. */
import type { Clock } from '../ports.js'
import { sleepersOf } from './sleepers.js'

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
