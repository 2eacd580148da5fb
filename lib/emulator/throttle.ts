/** The throttle: so many calls in a window, and no more. */
import type { WorldFile } from './world/world-file.js'

type ThrottleLimit = NonNullable<WorldFile['limits']['throttle']>

/** Returns a function that gives undefined where the call may pass, else the milliseconds until the window moves on. */
export function createThrottle(): (
  limit: ThrottleLimit | undefined,
  action: string,
  nowMs: number,
) => number | undefined {
  const windows = new Map<string, number[]>()
  return (limit, action, nowMs) => {
    if (!limit || (limit.actions && !limit.actions.includes(action))) return undefined
    const name = limit.eachAction ? action : ''
    const passed = windows.get(name) ?? []
    windows.set(name, passed)
    while (passed.length > 0 && (passed[0] ?? 0) <= nowMs - limit.windowMs) passed.shift()
    const blocking = passed[passed.length - limit.calls]
    if (blocking !== undefined) return Math.max(1, Math.ceil(blocking + limit.windowMs - nowMs))
    passed.push(nowMs)
    return undefined
  }
}
