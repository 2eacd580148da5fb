/** A virtual clock: time jumps from one timer to the next, so that hours of waiting take milliseconds. */
import type { Clock } from '../../../lib/domain/clock.js'
import { sleepersOf } from '../../../lib/telemetry/system-clock.js'
import { createHeap } from './heap.js'

interface VirtualClock extends Clock {
  /** Runs timers until `done` is true or no timer is left before `untilMs`. */
  run(done: () => boolean, untilMs: number): Promise<void>
  set(ms: number): void
}

/** A simulation with more timers than this is assumed not to end. */
const MOST_STEPS = 500_000

interface Timer {
  readonly atMs: number
  readonly order: number
  readonly wake: () => void
  over: boolean
}

/** All promises that can settle do so before a macrotask runs. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

export function createVirtualClock(startMs = Date.parse('2026-11-25T12:00:00Z'), mostSteps = MOST_STEPS): VirtualClock {
  let nowMs = startMs
  let order = 0
  const timers = createHeap<Timer>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order))
  /** The next timer that has not ended early. */
  const next = () => {
    while (timers.first()?.over) timers.drop()
    return timers.first()
  }

  return {
    now: () => nowMs,
    set(ms) {
      nowMs = ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const timer: Timer = { atMs: nowMs + Math.max(0, ms), order: order++, wake, over: false }
        const others = signal && sleepersOf(signal)
        function wake() {
          timer.over = true
          others?.delete(wake)
          resolve()
        }
        timers.push(timer)
        others?.add(wake)
      }),
    async run(done, untilMs) {
      await settle()
      for (let steps = 0; !done(); steps++) {
        if (steps > mostSteps) throw new Error(`${steps} timers and no end; it is ${new Date(nowMs).toISOString()}`)
        const timer = next()
        if (!timer || timer.atMs > untilMs) return
        timers.drop()
        nowMs = Math.max(nowMs, timer.atMs)
        timer.wake()
        await settle()
      }
    },
  }
}
