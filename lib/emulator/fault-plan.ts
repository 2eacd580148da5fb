/** The fault plan: which call fails how, as data that can be pasted into a test. */
import type { ApiCall } from './action.js'
import type { Fault, FaultPlanEntry } from './fault-file.js'

export interface FaultPlan {
  /** The fault that this call meets; every asking counts as one call. */
  next(call: Pick<ApiCall, 'action' | 'parameters'>): Fault | undefined
  set(entries: readonly FaultPlanEntry[]): void
}

export function createFaultPlan(entries: readonly FaultPlanEntry[]): FaultPlan {
  let counted = entries.map((entry) => ({ entry, seen: 0 }))
  return {
    set(next) {
      counted = next.map((entry) => ({ entry, seen: 0 }))
    },
    next({ action, parameters }) {
      let met: Fault | undefined
      for (const counter of counted) {
        const { entry } = counter
        if (entry.action !== action && entry.action !== '*') continue
        if (Object.entries(entry.match ?? {}).some(([name, value]) => parameters[name] !== value)) continue
        counter.seen += 1
        const first = entry.nth ?? 1
        const times = entry.times ?? (entry.nth === undefined ? Infinity : 1)
        if (counter.seen >= first && counter.seen < first + times) met ??= entry.fault
      }
      return met
    },
  }
}
