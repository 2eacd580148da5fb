/** The numbers of a world file, and how long changes take. */
import * as v from 'valibot'
import type { Random } from '../../domain/backoff.js'

export const Ms = v.pipe(v.number(), v.minValue(0))
export const Count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Milliseconds, or a range from which each duration is drawn. */
export const Duration = v.union([Ms, v.tuple([Ms, Ms])])
type Duration = v.InferOutput<typeof Duration>

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
