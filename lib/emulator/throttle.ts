/** The throttle: so many calls in a window, and no more. */
import type { WorldFile } from './world-file.js'

export type ThrottleLimit = NonNullable<WorldFile['limits']['throttle']>

/** Returns a function that gives undefined where the call may pass, else the milliseconds until the window moves on. */
export function createThrottle(
  limit: ThrottleLimit | undefined,
): (action: string, nowMs: number) => number | undefined {
  const passed: number[] = []
  return (action, nowMs) => {
    if (!limit || (limit.actions && !limit.actions.includes(action))) return undefined
    while (passed.length > 0 && (passed[0] ?? 0) <= nowMs - limit.windowMs) passed.shift()
    if (passed.length >= limit.calls) return Math.max(1, Math.ceil((passed[0] ?? nowMs) + limit.windowMs - nowMs))
    passed.push(nowMs)
    return undefined
  }
}
