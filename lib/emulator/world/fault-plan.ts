/** The fault plan: which calls fail, and how, as data. */
import * as v from 'valibot'
import { Count, Ms } from './numbers.js'

const InjectedFault = v.union([
  v.strictObject({
    code: v.string(),
    http: v.optional(v.number()),
    message: v.optional(v.string()),
    retryAfterMs: v.optional(Ms),
  }),
  /** The API answers as if it had accepted the call, and nothing happens. */
  v.strictObject({ ignored: v.literal(true) }),
  v.strictObject({ delayMs: Ms }),
  v.strictObject({ html: v.number() }),
  v.strictObject({ reset: v.picklist(['before', 'after']) }),
  v.strictObject({ silence: v.picklist(['before', 'after']) }),
])

export const FaultPlanEntry = v.strictObject({
  action: v.string(),
  /** The first affected call of those that match, from 1; absent: 1. */
  nth: v.optional(Count),
  /** The number of affected calls; absent: 1 with `nth`, all without `nth`. */
  times: v.optional(Count),
  /** Parameters that a call must have to match. */
  match: v.optional(v.record(v.string(), v.string())),
  fault: InjectedFault,
})

export type InjectedFault = v.InferOutput<typeof InjectedFault>
export type FaultPlanEntry = v.InferOutput<typeof FaultPlanEntry>

/** What a fault plan needs to know of a call. */
interface FaultableCall {
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

export interface FaultPlan {
  /** The fault of this call, if any; each invocation counts one call. */
  next(call: FaultableCall): InjectedFault | undefined
  set(entries: readonly FaultPlanEntry[]): void
}

export function createFaultPlan(entries: readonly FaultPlanEntry[]): FaultPlan {
  let counted = entries.map((entry) => ({ entry, seen: 0 }))
  return {
    set(next) {
      counted = next.map((entry) => ({ entry, seen: 0 }))
    },
    next({ action, parameters }) {
      let injected: InjectedFault | undefined
      for (const counter of counted) {
        const { entry } = counter
        if (entry.action !== action && entry.action !== '*') continue
        if (Object.entries(entry.match ?? {}).some(([name, value]) => parameters[name] !== value)) continue
        counter.seen += 1
        const first = entry.nth ?? 1
        const times = entry.times ?? (entry.nth === undefined ? Infinity : 1)
        if (counter.seen >= first && counter.seen < first + times) injected ??= entry.fault
      }
      return injected
    },
  }
}
