/** How many attachments one CEN takes at once: found by feedback, respected before the call. */
import type { SlotLease } from './slot-lease.js'

const OPENING = 5
/** While no wall has been met, so much of what was taken is tried for on top at once. */
const PROBE_SHARE = 0.25
/** A slot whose end this process did not see (another one read the state) is free again after so many usual attach times. */
const LEASE = { times: 1.5, spareMs: 3_000 }
/** A slot whose call is not answered, and one whose call did not leave when it should. */
const CALL_MS = 15_000
const RESERVED_MS = 1_000
/** At the wall one more is tried after this long, then after so many attachments: a small share of all calls. */
const SOON_MS = 3_000
const RARELY_ENDS = 30
/** CENs come to their second probe one after the other: this many before it begins anew. */
const TURNS = 5
/** A call is answered in about this. */
const ANSWER_MS = 40
/** Where the CEN is busy although nothing of ours is under way, it is asked again after this, doubled while it stays so. */
const PAUSE = { firstMs: 1_000, longestMs: 30_000 }
/** What is left where somebody else takes slots of the same CEN, so that both come to a fair share. */
const YIELD = { share: 0.75, times: 2 }
/** A wall may have been guessed too high by this share: what is missing of it then is nobody's. */
const GUESSED = 0.1
/** In this share of the usual time before its look an attachment may be over already. */
const NEAR_END = 0.08

export interface CenSlots {
  /** How many may be taken now, what `key` has reserved included; all of them where it was called for. */
  free(key: string, nowMs: number): number
  /** Keeps a slot for a call that leaves by `byMs`. */
  reserve(key: string, byMs: number): void
  /** A call leaves. */
  take(key: string, nowMs: number): void
  /** It is under way, whatever the limit says, and looked at after `lookMs`. True where a wall that stood is seen to have moved. */
  hold(key: string, nowMs: number, usualMs: number, lookMs: number): boolean
  /** The wall of another CEN has moved: one more is tried at once. */
  tryAgain(): void
  /** The attachment ended, or was refused for another reason. */
  release(key: string, succeeded: boolean, nowMs: number): void
  /** The CEN said that it is busy. */
  refused(key: string, nowMs: number, usualMs: number): void
  /** How many are taken, those included that wait for their rate. */
  taken(): number
  /** True where slots are reserved for calls that wait for their rate. */
  waiting(): boolean
  /** Milliseconds until about so many more slots than `turns` have become free. */
  nextMs(turns: number, nowMs: number, usualMs: number): number
}

/**
 * Slots of one CEN, held from the call until the CEN says Attached. `turn`: CENs feel for their walls in turn, so that one
 * that moves is found the sooner. Pure: the clock's reading is passed in.
 */
export function createCenSlots(ceiling: number, turn = 0): CenSlots {
  const leases = new Map<string, SlotLease>()
  /** The most that were under way at once since the wall was last felt for. */
  let good = 0
  let opening = OPENING
  /** How many are tried for on top at once: one more with each that was taken. */
  let step = 1
  /** As many are taken at once, and no more; undefined while it is felt for. */
  let wall: number | undefined
  let probe: string | undefined
  /** Probes that failed in a row at this wall, and what must pass before the next. */
  let fails = 0
  let probeAtMs = 0
  let endsUntilProbe = 0
  let pausedUntilMs = 0
  let pauses = 0
  let yieldedAtMs = -Infinity
  let contendedAtMs = -Infinity
  /** When the wall was last met. */
  let metAtMs = -Infinity

  const count = (counts: (lease: SlotLease) => boolean) => [...leases.values()].filter(counts).length
  const sent = () => count(({ stage }) => stage !== 'reserved')
  /** Accepted, and so far from the end that it cannot be over without having been looked at. */
  const underWay = (nowMs: number, usualMs: number) =>
    // Until a wall was met little is known about how long it takes, and a little too many does no harm.
    count(({ stage, freeAtMs }) => stage === 'accepted' && (opening > 0 || freeAtMs > nowMs + usualMs * NEAR_END))
  const capacity = (nowMs: number): number => {
    if (nowMs < pausedUntilMs) return 0
    // After a pause one goes ahead.
    if (pauses > 0) return 1
    if (wall === undefined)
      return Math.min(ceiling, Math.max(opening, good + Math.max(1, Math.min(step, Math.floor(good * PROBE_SHARE)))))
    const due = probe === undefined && nowMs >= probeAtMs && endsUntilProbe <= 0
    return Math.min(ceiling, due ? wall + 1 : wall)
  }
  const waitForProbe = (nowMs: number) => {
    probe = undefined
    probeAtMs = nowMs + SOON_MS
    const rarely = RARELY_ENDS * (fails === 1 ? 1 + (turn % TURNS) / TURNS : 1)
    endsUntilProbe = fails === 0 ? 0 : rarely
    fails += 1
  }

  return {
    free(key, nowMs) {
      for (const [held, { untilMs }] of leases) if (untilMs <= nowMs) leases.delete(held)
      const mine = leases.get(key)
      if (mine && mine.stage !== 'reserved') return Infinity
      return capacity(nowMs) - leases.size + (mine ? 1 : 0)
    },
    reserve(key, byMs) {
      leases.set(key, { untilMs: byMs + RESERVED_MS, freeAtMs: Infinity, stage: 'reserved', takenAtMs: Infinity })
    },
    take(key, nowMs) {
      if (leases.get(key)?.stage === 'accepted') return
      leases.set(key, { untilMs: nowMs + CALL_MS, freeAtMs: Infinity, stage: 'called', takenAtMs: nowMs })
      if (wall !== undefined && sent() > wall) probe = key
    },
    hold(key, nowMs, usualMs, lookMs) {
      const isNew = leases.get(key)?.stage !== 'accepted'
      const untilMs = nowMs + LEASE.times * Math.max(usualMs, lookMs) + LEASE.spareMs
      const { takenAtMs = nowMs } = leases.get(key) ?? {}
      leases.set(key, { untilMs, freeAtMs: nowMs + lookMs, stage: 'accepted', takenAtMs })
      if (!isNew) return false
      pauses = 0
      const surely = underWay(nowMs, usualMs)
      if (surely > good) step += 1
      good = Math.max(good, surely)
      if (probe === key) {
        probe = undefined
        probeAtMs = nowMs + SOON_MS
      }
      if (wall === undefined || surely <= wall) return false
      // The wall has moved: it is felt for from anew.
      const stood = fails > 1
      ;[wall, probe, fails, step] = [undefined, undefined, 0, 1]
      return stood
    },
    tryAgain() {
      endsUntilProbe = 0
    },
    release(key, succeeded) {
      if (leases.delete(key) && succeeded) endsUntilProbe -= 1
      if (probe === key) probe = undefined
    },
    refused(key, nowMs, usualMs) {
      const { takenAtMs = nowMs } = leases.get(key) ?? {}
      leases.delete(key)
      const others = sent()
      if (others === 0) {
        // Nothing of ours is under way: this says nothing about how many the CEN takes.
        if (nowMs < pausedUntilMs) return
        pausedUntilMs = nowMs + Math.min(PAUSE.longestMs, PAUSE.firstMs * 2 ** pauses)
        pauses = Math.min(10, pauses + 1)
        return
      }
      // It left together with the one that met the wall: one less has been taken than seemed so.
      if (wall !== undefined && takenAtMs <= metAtMs) {
        wall = Math.max(1, Math.min(wall, others))
        good = wall
        return
      }
      metAtMs = nowMs
      if (wall !== undefined && (key === probe || others >= wall)) return waitForProbe(nowMs)
      // What was in flight beside the refused call is what the CEN takes at once.
      const known = wall
      wall = Math.max(1, count(({ stage }) => stage === 'called') + underWay(nowMs, usualMs))
      good = wall
      opening = 0
      fails = 0
      if (known !== undefined && others <= known * (1 - GUESSED)) {
        // Once may be chance; twice, somebody else is there.
        if (nowMs - contendedAtMs < YIELD.times * usualMs && nowMs - yieldedAtMs > usualMs) {
          yieldedAtMs = nowMs
          wall = Math.max(1, Math.floor(others * YIELD.share))
        }
        contendedAtMs = nowMs
      }
      waitForProbe(nowMs)
    },
    taken: () => leases.size,
    waiting: () => leases.size > sent(),
    nextMs(turns, nowMs, usualMs) {
      if (nowMs < pausedUntilMs) return pausedUntilMs - nowMs
      const ends = [...leases.values()].map(({ freeAtMs }) => freeAtMs - nowMs).sort((a, b) => a - b)
      const width = Math.max(1, ends.length)
      // Those that are free go to the first; where more are taken than there are, as many must end before anybody's turn.
      const end = turns - (capacity(nowMs) - leases.size)
      if (end < 0) return 0
      const soonest = ends[end % width] ?? 0
      const rounds = Math.floor(end / width) * usualMs
      const endMs = Number.isFinite(soonest) ? Math.max(0, soonest) + rounds : usualMs + rounds
      if (wall !== undefined || width >= ceiling) return endMs
      // While the wall is felt for, each answer may let in more.
      return Math.min(endMs, ANSWER_MS * (1 + turns / Math.max(1, good * PROBE_SHARE)))
    },
  }
}
