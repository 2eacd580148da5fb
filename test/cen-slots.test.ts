import { describe, expect, it } from 'vitest'
import { createCenSlots } from '../lib/cen-slots.js'

const USUAL_MS = 5_000

/** Slots of a CEN of which `wall` are under way since 0 ms, and one more was refused at 10 ms. */
function atWall(wall: number, endMs: (index: number) => number) {
  const slots = createCenSlots(50)
  for (let index = 0; index < wall; index++) {
    slots.take(`on-${index}`, 0)
    slots.hold(`on-${index}`, 1, USUAL_MS, endMs(index) - 1)
  }
  slots.take('over', 2)
  slots.refused('over', 10, USUAL_MS)
  return slots
}

describe('the slots of a CEN', () => {
  it('foretell a turn by the ends before it, less the slots that are free', () => {
    const slots = atWall(5, (index) => (index + 1) * 1_000)
    expect(slots.nextMs(1, 20, USUAL_MS)).toBe(1_980)
    slots.release('on-4', true, 20)
    expect(slots.nextMs(0, 20, USUAL_MS)).toBe(0)
    expect(slots.nextMs(1, 20, USUAL_MS)).toBe(980)
  })

  it('yield to somebody who takes some of them, and not where the wall was guessed a little too high', () => {
    const refusedTwice = (wall: number, fewer: number) => {
      const slots = atWall(wall, () => 5_000)
      let left = wall
      for (const nowMs of [1_000, 2_000]) {
        for (let index = 0; index < fewer; index++) slots.release(`on-${--left}`, true, nowMs)
        slots.take(`again-${nowMs}`, nowMs + 1)
        slots.refused(`again-${nowMs}`, nowMs + 50, USUAL_MS)
      }
      return slots.free('next', 2_100) + left
    }
    expect(refusedTwice(20, 1)).toBe(18)
    // Twice five of twenty are taken by another: of the ten that are left a quarter is left to it.
    expect(refusedTwice(20, 5)).toBe(7)
  })
})
