/** How long changes take. */
import type { Random } from '../../domain/backoff.js'
import type { Duration } from './enterprise/enterprise-file.js'

/** The changes whose duration `limits` may set, with the default in milliseconds. */
export const DEFAULT_DURATIONS = {
  attachMs: 1_000,
  detachMs: 1_000,
  associateMs: 300,
  routeMs: 300,
  routerMs: 1_000,
} as const

export type DurationName = keyof typeof DEFAULT_DURATIONS

/** Whole milliseconds; a range is drawn from uniformly. */
export const drawMs = (duration: Duration, random: Random): number =>
  typeof duration === 'number' ? duration : Math.round(duration[0] + random() * (duration[1] - duration[0]))
