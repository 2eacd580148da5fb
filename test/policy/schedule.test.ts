import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAYS, isOpenAt, isWithin, nextEdgeMs, opensAtMs, type Weekly, type Window } from '../../lib/policy/schedule.js'
import { budget } from '../support/budget.js'

const at = (time: string) => Date.parse(time)
const nights: Weekly = { days: ['fri'], from: '22:00', until: '06:00', offset: '+08:00' }
const span = { from: '2026-12-20T00:00:00+08:00', until: '2027-01-04T00:00:00Z' }

describe('a window', () => {
  it.each<[string, Window, string, boolean]>([
    ['a span, at its beginning', span, '2026-12-19T16:00:00Z', true],
    ['a span, before it', span, '2026-12-19T15:59:59.999Z', false],
    ['a span, at its end', span, '2027-01-04T00:00:00Z', false],
    ['a span, just before its end', span, '2027-01-03T23:59:59.999Z', true],
    ['a span without a beginning', { until: span.until }, '1999-01-01T00:00:00Z', true],
    ['a span without an end', { from: span.from }, '2999-01-01T00:00:00Z', true],
    // 2026-11-27 is a Friday; 22:00+08:00 is 14:00Z.
    ['a night, at its beginning', nights, '2026-11-27T14:00:00Z', true],
    ['a night, just before it', nights, '2026-11-27T13:59:59.999Z', false],
    ['a night, after midnight', nights, '2026-11-27T16:00:00Z', true],
    ['a night, just before its end', nights, '2026-11-27T21:59:59.999Z', true],
    ['a night, at its end', nights, '2026-11-27T22:00:00Z', false],
    ['a night, a day later', nights, '2026-11-28T14:00:00Z', false],
    ['a night, a day earlier', nights, '2026-11-26T14:00:00Z', false],
    ['a night that names the day before', nights, '2026-11-26T20:00:00Z', false],
    ['a whole day', { days: ['wed'], from: '00:00', until: '24:00', offset: 'Z' }, '2026-11-25T23:59:59.999Z', true],
    [
      'a whole day, at its end',
      { days: ['wed'], from: '00:00', until: '24:00', offset: 'Z' },
      '2026-11-26T00:00:00Z',
      false,
    ],
    [
      'west of Greenwich',
      { days: ['tue'], from: '18:00', until: '19:00', offset: '-09:30' },
      '2026-11-25T03:30:00Z',
      true,
    ],
    ['before the epoch', { days: ['wed'], from: '23:00', until: '24:00', offset: 'Z' }, '1969-12-31T23:30:00Z', true],
  ])('%s', (_name, window, time, within) => {
    expect(isWithin(window, at(time))).toBe(within)
  })

  const two = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'))
  const time = fc.tuple(two(23), two(59)).map(([hours, minutes]) => `${hours}:${minutes}`)
  const weekly: fc.Arbitrary<Weekly> = fc
    .record({
      days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
      from: time,
      until: fc.oneof(time, fc.constant('24:00')),
      offset: fc.oneof(
        fc.constant('Z'),
        fc
          .tuple(fc.constantFrom('+', '-'), two(13), fc.constantFrom('00', '30', '45'))
          .map(([sign, h, m]) => `${sign}${h}:${m}`),
      ),
    })
    .filter(({ from, until }) => from !== until)
  const instant = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') })

  it('recurs each week at the time of a clock at its offset', () => {
    fc.assert(
      fc.property(weekly, instant, (window, atMs) => {
        // The local time at the offset, by the platform's own calendar.
        const [sign = '+', hours = 0, minutes = 0] =
          window.offset === 'Z' ? [] : [window.offset[0], +window.offset.slice(1, 3), +window.offset.slice(4)]
        const wall = (ms: number) =>
          new Date(ms + (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000).toISOString()
        const named = (ms: number) =>
          window.days.includes(DAYS[new Date(`${wall(ms).slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? 'sun')
        const clock = wall(atMs).slice(11, 16)
        const overMidnight = window.until <= window.from
        const expected = overMidnight
          ? (named(atMs) && clock >= window.from) || (named(atMs - 86_400_000) && clock < window.until)
          : named(atMs) && clock >= window.from && clock < window.until
        expect(isWithin(window, atMs)).toBe(expected)
      }),
      { numRuns: budget({ quick: 500, full: 2_000 }) },
    )
  })

  it('changes at its edges only', () => {
    fc.assert(
      fc.property(weekly, instant, fc.double({ min: 0, max: 1, noNaN: true }), (window, atMs, part) => {
        const edgeMs = nextEdgeMs([window], atMs) ?? Number.NaN
        expect(isWithin(window, Math.floor(atMs + part * (edgeMs - 1 - atMs)))).toBe(isWithin(window, atMs))
        expect(edgeMs - atMs).toBeLessThanOrEqual(8 * 86_400_000)
      }),
      { numRuns: budget({ quick: 250, full: 1_000 }) },
    )
  })

  it('opens at the time that it reports, and not before', () => {
    const freeze = fc.tuple(instant, fc.integer({ min: 1, max: 200 * 86_400_000 })).map(([fromMs, ms]) => ({
      from: new Date(fromMs).toISOString(),
      until: new Date(fromMs + ms).toISOString(),
    }))
    fc.assert(
      fc.property(
        fc.array(weekly, { minLength: 1, maxLength: 3 }),
        fc.array(freeze, { maxLength: 3 }),
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (windows, freezes, atMs, part) => {
          const schedule = { windows, freezes }
          const opensMs = opensAtMs(schedule, atMs)
          if (opensMs === undefined) return
          expect(isOpenAt(schedule, opensMs)).toBe(true)
          const beforeMs = Math.floor(atMs + part * (opensMs - atMs))
          if (beforeMs < opensMs) expect(isOpenAt(schedule, beforeMs)).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('that is over, or frozen for ever, does not open again', () => {
    const nowMs = at('2026-11-25T12:00:00Z')
    expect(opensAtMs({ windows: [{ until: '2026-11-25T12:00:00Z' }], freezes: [] }, nowMs)).toBeUndefined()
    expect(opensAtMs({ windows: [nights], freezes: [{ from: '2026-01-01T00:00:00Z' }] }, nowMs)).toBeUndefined()
    expect(opensAtMs({ freezes: [{ until: '2026-11-25T12:00:01Z' }] }, nowMs)).toBe(nowMs + 1_000)
  })
})
