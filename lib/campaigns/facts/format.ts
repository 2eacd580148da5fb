/** Numbers, instants and durations as text. Instants are in UTC, so that a report is the same everywhere. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/clock.js'

const NUMBER = new Intl.NumberFormat('en-US')

export const number = (value: number): string => NUMBER.format(value)

/** `1 row`, `2 rows`. */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`

/** One decimal; `100 %` only if `part` is all of `whole`, `0 %` only if `part` is 0. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–'
  const share = (part / whole) * 100
  if (share > 99.9 && part < whole) return '99.9 %'
  if (share > 0 && share < 0.1) return '0.1 %'
  return `${share.toFixed(share === 100 || share === 0 ? 0 : 1)} %`
}

/** `2026-11-25 12:00:00 UTC`, or a dash if there is no valid instant. */
export function instant(atMs: number | undefined): string {
  const date = new Date(atMs ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? '–' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `2026-11-25 12:00:00 to 12:14:42 UTC`; the end has its date if the date differs. */
export function period(startMs: number, endMs: number): string {
  const [start, end] = [instant(startMs), instant(endMs)]
  return `${start.replace(' UTC', '')} to ${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms < 9_950) return `${(ms / SECOND_MS).toFixed(1)} s`
  const seconds = Math.round(ms / SECOND_MS)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  const wholeMinutes = Math.round(ms / MINUTE_MS)
  const hours = Math.floor(wholeMinutes / 60)
  return wholeMinutes % 60 === 0 ? `${hours} h` : `${hours} h ${wholeMinutes % 60} min`
}

/** A round duration in one unit: `1.5 min` instead of `1 min 30 s`. */
export function edgeText(ms: number): string {
  if (ms < MINUTE_MS) return `${ms / SECOND_MS} s`
  return ms < HOUR_MS ? `${ms / MINUTE_MS} min` : `${ms / HOUR_MS} h`
}
