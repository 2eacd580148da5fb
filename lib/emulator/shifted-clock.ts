/** A clock that can be moved ahead of another one. */
import type { Clock } from '../ports.js'

export interface ShiftedClock extends Clock {
  /** Moves it ahead, in milliseconds. */
  advance(ms: number): void
}

export function shiftedClock(clock: Clock): ShiftedClock {
  let shiftMs = 0
  return {
    now: () => clock.now() + shiftMs,
    sleep: clock.sleep,
    advance(ms) {
      shiftMs += ms
    },
  }
}
