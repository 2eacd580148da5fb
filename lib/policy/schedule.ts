/** Times of a policy: spans between two instants, and weekly windows at a fixed offset from UTC. All exclude their end. */
import { DAY_MS, MINUTE_MS } from '../domain/clock.js'

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
type Day = (typeof DAYS)[number]

/** From one instant to another, RFC 3339; one of the two may be absent. */
interface TimeSpan {
  readonly from?: string | undefined
  readonly until?: string | undefined
}

/** Begins on each of `days`; runs past midnight if `until` is not after `from`. */
export interface Weekly {
  readonly days: readonly Day[]
  /** `HH:MM`. */
  readonly from: string
  /** `HH:MM`, up to `24:00`. */
  readonly until: string
  /** `Z` or `±HH:MM`. */
  readonly offset: string
}

export type Window = TimeSpan | Weekly

/** A time at which nothing may be changed, in a window or not. */
export type Freeze = Window & { readonly reason?: string | undefined }

/** The epoch began on a Thursday. */
const FIRST_DAY = 4
const MAX_EDGES = 2_000

/** True if `atMs` (epoch milliseconds) lies inside the window. */
export const isWithin = (window: Window, atMs: number): boolean =>
  spansAround(window, atMs).some(([fromMs, untilMs]) => fromMs <= atMs && atMs < untilMs)

/** The next instant after `atMs` at which one of the windows begins or ends; undefined if none does. */
export function nextEdgeMs(windows: readonly Window[], atMs: number): number | undefined {
  const edges = windows.flatMap((window) => spansAround(window, atMs).flat())
  const next = Math.min(...edges.filter((edgeMs) => edgeMs > atMs))
  return Number.isFinite(next) ? next : undefined
}

/** Open inside one of the windows, or always if there are none, and outside every freeze. */
export interface Schedule {
  readonly windows?: readonly Window[] | undefined
  readonly freezes: readonly Freeze[]
}

export const isOpenAt = ({ windows, freezes }: Schedule, atMs: number): boolean =>
  (windows === undefined || windows.some((window) => isWithin(window, atMs))) &&
  !freezes.some((freeze) => isWithin(freeze, atMs))

/** When the schedule opens next, epoch milliseconds; undefined if it does not open within years. */
export function opensAtMs(schedule: Schedule, atMs: number): number | undefined {
  const all = [...(schedule.windows ?? []), ...schedule.freezes]
  let edgeMs: number | undefined = atMs
  for (let edges = 0; edgeMs !== undefined && edges < MAX_EDGES; edges++) {
    if (isOpenAt(schedule, edgeMs)) return edgeMs
    edgeMs = nextEdgeMs(all, edgeMs)
  }
  return undefined
}

/** The spans of a weekly window from a day before `atMs` to a week after it; a time span is returned as it is. */
function spansAround(window: Window, atMs: number): [fromMs: number, untilMs: number][] {
  if (!('days' in window)) return [[instant(window.from, -Infinity), instant(window.until, Infinity)]]
  const offsetMs = offsetOf(window.offset)
  const fromMs = timeOfDay(window.from)
  const untilMs = timeOfDay(window.until)
  const lengthMs = untilMs > fromMs ? untilMs - fromMs : untilMs - fromMs + DAY_MS
  const today = Math.floor((atMs + offsetMs) / DAY_MS)
  const days = Array.from({ length: 9 }, (_, index) => today - 1 + index)
  return days
    .filter((day) => window.days.includes(dayOf(day)))
    .map((day) => {
      const startMs = day * DAY_MS + fromMs - offsetMs
      return [startMs, startMs + lengthMs]
    })
}

const instant = (text: string | undefined, open: number): number => (text === undefined ? open : Date.parse(text))

const timeOfDay = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * MINUTE_MS

const offsetOf = (text: string): number =>
  text === 'Z' ? 0 : (text.startsWith('-') ? -1 : 1) * timeOfDay(text.slice(1))

const dayOf = (day: number): Day => DAYS[(((day + FIRST_DAY) % 7) + 7) % 7] as Day
