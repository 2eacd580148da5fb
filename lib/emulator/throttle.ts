/** Sliding window log: at most a number of calls in any window of time. */
import type { WorldFile } from './world/world-file.js'

type ThrottleLimit = NonNullable<WorldFile['limits']['throttle']>

/** The returned function gives undefined if the call is allowed, else the milliseconds until one would be. */
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
