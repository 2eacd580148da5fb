/** What a world file says of faults: which calls they strike, and how. */
import * as v from 'valibot'

const Ms = v.pipe(v.number(), v.minValue(0))
const Count = v.pipe(v.number(), v.integer(), v.minValue(1))

const Fault = v.union([
  v.strictObject({
    code: v.string(),
    http: v.optional(v.number()),
    message: v.optional(v.string()),
    retryAfterMs: v.optional(Ms),
  }),
  v.strictObject({ delayMs: Ms }),
  v.strictObject({ html: v.number() }),
  v.strictObject({ reset: v.picklist(['before', 'after']) }),
  v.strictObject({ silence: v.picklist(['before', 'after']) }),
])

export const FaultPlanEntry = v.strictObject({
  action: v.string(),
  /** Which of the matching calls, from 1; absent: the first `times`. */
  nth: v.optional(Count),
  /** How many calls from there on; absent: 1 with `nth`, all of them without. */
  times: v.optional(Count),
  /** Parameters that a call must have. */
  match: v.optional(v.record(v.string(), v.string())),
  fault: Fault,
})

export type Fault = v.InferOutput<typeof Fault>
export type FaultPlanEntry = v.InferOutput<typeof FaultPlanEntry>
