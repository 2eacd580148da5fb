/** The provider limits of the makespan grid, which the worker does not know. */

export interface ProviderLimits {
  /** Calls of one API action per second. */
  readonly ratePerSecond: number
  /** Concurrent attachments on one CEN. */
  readonly atOncePerCen: number
  readonly cens: number
  /** The duration of an attachment, in milliseconds. */
  readonly attachMs: number
  /** The limits change after half of the bound of the limits before the change. */
  readonly moves?: { readonly ratePerSecond?: number; readonly atOncePerCen?: number }
  /** The API actions with the rate limit; absent: all. */
  readonly ratedActions?: readonly string[]
}

const RATES = [3, 10, 50]
const AT_ONCE = [1, 5, 20]
const CENS = [1, 5]
/** None equals a poll time of the Terraform provider (5, 8, 14, 24 and 34 s after the attach), which would then see every end at once. */
const ATTACH_MS = [2_000, 11_000, 29_000]

/** Two of the three durations for each combination, in rotation, to keep the bench short. */
const durations = (rate: number, atOnce: number, cens: number): number[] => {
  const left = (RATES.indexOf(rate) + AT_ONCE.indexOf(atOnce) + CENS.indexOf(cens)) % ATTACH_MS.length
  return ATTACH_MS.filter((_, index) => index !== left)
}

const constantLimits: ProviderLimits[] = RATES.flatMap((ratePerSecond) =>
  AT_ONCE.flatMap((atOncePerCen) =>
    CENS.flatMap((cens) =>
      durations(ratePerSecond, atOncePerCen, cens).map((attachMs) => ({ ratePerSecond, atOncePerCen, cens, attachMs })),
    ),
  ),
)

const changingLimits: ProviderLimits[] = [
  { ratePerSecond: 10, atOncePerCen: 5, cens: 1, attachMs: 10_000, moves: { atOncePerCen: 20 } },
  { ratePerSecond: 10, atOncePerCen: 20, cens: 1, attachMs: 10_000, moves: { atOncePerCen: 5 } },
  { ratePerSecond: 50, atOncePerCen: 1, cens: 5, attachMs: 2_000, moves: { atOncePerCen: 5 } },
  { ratePerSecond: 3, atOncePerCen: 20, cens: 5, attachMs: 10_000, moves: { ratePerSecond: 10 } },
  { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 10_000, moves: { ratePerSecond: 3 } },
  { ratePerSecond: 50, atOncePerCen: 5, cens: 5, attachMs: 30_000, moves: { atOncePerCen: 20, ratePerSecond: 10 } },
]

/** The omitted combination with the worst result; without it the grid would be too favourable. */
const worstOmitted: ProviderLimits = { ratePerSecond: 10, atOncePerCen: 5, cens: 5, attachMs: 2_000 }

export const LIMITS_GRID: readonly ProviderLimits[] = [...constantLimits, worstOmitted, ...changingLimits]

/** `3/s, 5 at once, 1 CEN, 10 s; then 20 at once` */
export function limitsName({ ratePerSecond, atOncePerCen, cens, attachMs, moves }: ProviderLimits): string {
  const now = `${ratePerSecond}/s, ${atOncePerCen} at once, ${cens} CEN${cens > 1 ? 's' : ''}, ${attachMs / 1_000} s`
  if (!moves) return now
  const then = [
    ...(moves.ratePerSecond ? [`${moves.ratePerSecond}/s`] : []),
    ...(moves.atOncePerCen ? [`${moves.atOncePerCen} at once`] : []),
  ]
  return `${now}; then ${then.join(', ')}`
}

/** A world file with these limits; each action has a rate of its own, because Alibaba counts by region, API and account. */
export function worldWithLimits(limits: ProviderLimits, movesAfterMs: number): object {
  const { moves, ratedActions: actions } = limits
  const throttle = (calls: number) => ({ calls, windowMs: 1_000, eachAction: true, ...(actions && { actions }) })
  return {
    limits: {
      attachMs: limits.attachMs,
      attachesAtOnce: limits.atOncePerCen,
      throttle: throttle(limits.ratePerSecond),
      ...(moves && {
        moves: [
          {
            afterMs: movesAfterMs,
            ...(moves.atOncePerCen && { attachesAtOnce: moves.atOncePerCen }),
            ...(moves.ratePerSecond && { throttle: throttle(moves.ratePerSecond) }),
          },
        ],
      }),
    },
  }
}
