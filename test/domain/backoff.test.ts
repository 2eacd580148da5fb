import { describe, expect, it } from 'vitest'
import { fullJitterMs, MAX_WAIT_MS, minDelayMs, parkedDelayMs } from '../../lib/domain/backoff.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BOUNDS = { firstMs: 4_000, capMs: 120_000 }
const most = () => 1
const half = () => 0.5
const least = () => 0

describe('the shortest wait', () => {
  it.each([
    ['a second at first', 0, 1, 1_025],
    ['a fortieth of the age', 10 * MINUTE, 1, 15_000],
    ['as much by the tries as by the age', 0, 100, 1_000 * 1.025 ** 100],
    ['an hour at most by the age', 72 * HOUR, 1, MAX_WAIT_MS],
    ['an hour at most by the tries', 0, 1e9, MAX_WAIT_MS],
  ])('%s', (_, ageMs, tries, expected) => expect(minDelayMs(ageMs, tries)).toBeCloseTo(expected, 6))
})

describe('full jitter', () => {
  it.each([
    ['the first ceiling', 1, 0, most, 4_000],
    ['doubled with each try', 3, 0, most, 16_000],
    ['jittered over the whole range', 3, 0, half, 8_000],
    ['at most the cap while it is young', 10, 0, most, 120_000],
    ['at most a twentieth of its age when it is old', 10, 10 * HOUR, most, 30 * MINUTE],
    ['at most an hour', 10, 60 * HOUR, most, MAX_WAIT_MS],
    ['at least the shortest wait', 1, 2 * MINUTE, least, 3_000],
  ])('%s', (_, tries, ageMs, random, expected) =>
    expect(fullJitterMs(BOUNDS, tries, ageMs, random)).toBeCloseTo(expected, 6),
  )
})

describe('the wait for a person', () => {
  it.each([
    ['ten seconds at first', 1, 0, least, 10_000],
    ['doubled with each try', 3, 10 * MINUTE, least, 40_000],
    ['as far as it is old', 3, 15_000, least, 25_000],
    ['up to a tenth shorter', 3, 30_000, most, 36_000],
    ['an hour at most', 30, 60 * HOUR, least, MAX_WAIT_MS],
    ['at least the shortest wait', 1, 10 * MINUTE, least, 15_000],
  ])('%s', (_, tries, ageMs, random, expected) => expect(parkedDelayMs(tries, ageMs, random)).toBeCloseTo(expected, 6))
})
