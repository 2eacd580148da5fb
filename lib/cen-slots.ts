/** How many attachments one CEN takes at once: found by feedback, respected before the call. */

const OPENING = 5
const CEILING = 50
/** A slot whose end this process did not see (another one read the state) is free again after so many usual attach times. */
const LEASE_TIMES = 3
const SHORTEST_LEASE_MS = 5_000
const LONGEST_LEASE_MS = 180_000
/** After a refusal the wall is not tried again for this long, doubled while it stands, in milliseconds. */
const FIRST_CALM_MS = 3_000
const LONGEST_CALM_MS = 60_000

export interface CenSlots {
  /** True where `key` holds a slot or got one; `usualMs` is how long an attachment takes. */
  take(key: string, nowMs: number, usualMs: number): boolean
  /** An attachment is under way, whatever the limit says. */
  hold(key: string, nowMs: number, usualMs: number): void
  /** The attachment ended, or was refused for another reason. */
  release(key: string, succeeded: boolean, nowMs: number): void
  /** The CEN said that it is busy. */
  refused(key: string, nowMs: number): void
  limit(): number
}

/** Slots of one CEN. A slot is held from the call until the CEN says Attached. Pure: the clock's reading is passed in. */
export function createCenSlots(): CenSlots {
  const leases = new Map<string, number>()
  let limit = OPENING
  let calmMs = FIRST_CALM_MS
  let calmUntilMs = 0
  /** Until the wall is met for the first time each end lets one more in. */
  let wallMet = false
  let wall = 0

  const hold = (key: string, nowMs: number, usualMs: number) => {
    const leaseMs = Math.min(LONGEST_LEASE_MS, Math.max(SHORTEST_LEASE_MS, LEASE_TIMES * usualMs))
    leases.set(key, nowMs + leaseMs)
  }

  return {
    take(key, nowMs, usualMs) {
      for (const [held, untilMs] of leases) if (untilMs <= nowMs) leases.delete(held)
      if (!leases.has(key) && leases.size >= Math.floor(limit)) return false
      hold(key, nowMs, usualMs)
      return true
    },
    hold,
    release(key, succeeded, nowMs) {
      const full = leases.size >= Math.floor(limit)
      leases.delete(key)
      if (!succeeded || !full || nowMs < calmUntilMs) return
      limit = Math.min(CEILING, limit + (wallMet ? 1 / limit : 1))
      // Past the old wall it has moved, and is felt for from anew.
      if (limit >= wall + 2) calmMs = FIRST_CALM_MS
    },
    refused(key, nowMs) {
      leases.delete(key)
      wallMet = true
      // What was in flight beside the refused call is what the CEN takes at once.
      limit = Math.max(1, Math.min(limit, leases.size))
      wall = limit
      if (nowMs < calmUntilMs) return
      calmMs = Math.min(LONGEST_CALM_MS, calmMs * 2)
      calmUntilMs = nowMs + calmMs
    },
    limit: () => limit,
  }
}
