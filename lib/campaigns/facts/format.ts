/** Numbers, times and lists as a reader of a report wants them. Times are UTC, so that a report reads the same everywhere. */

const NUMBER = new Intl.NumberFormat('en-US')

export const number = (value: number): string => NUMBER.format(value)

/** `1 row`, `2 rows`. */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`

/** Never says 100 % of what is not whole, nor 0 % of what is not none. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–'
  const share = (part / whole) * 100
  if (share > 99.9 && part < whole) return '99.9 %'
  if (share > 0 && share < 0.1) return '0.1 %'
  return `${share.toFixed(share === 100 || share === 0 ? 0 : 1)} %`
}

/** `2026-11-25 12:00:00 UTC`; what is no time is a dash. */
export function instant(atMs: number | undefined): string {
  const date = new Date(atMs ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? '–' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `2026-11-25 12:00:00 to 12:14:42 UTC`; the day is said again where it is another one. */
export function period(startMs: number, endMs: number): string {
  const [start, end] = [instant(startMs), instant(endMs)]
  return `${start.replace(' UTC', '')} to ${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

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

/** A round time, short: `1.5 min`, where `duration` would say `1 min 30 s`. */
export function edgeText(ms: number): string {
  if (ms < MINUTE_MS) return `${ms / SECOND_MS} s`
  return ms < HOUR_MS ? `${ms / MINUTE_MS} min` : `${ms / HOUR_MS} h`
}

export { HOUR_MS, MINUTE_MS, SECOND_MS }
