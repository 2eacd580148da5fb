/** How many attachments one CEN takes at once: found by feedback, respected before the call. */

const INITIAL_LIMIT = 5
/** While no wall has been met, so much of what was taken is tried for on top at once. */
const PROBE_SHARE = 0.25
/** A slot whose end this process did not see (another one read the state) is free again after so many usual attach times. */
const PERMIT_LIFETIME = { times: 1.5, spareMs: 3_000 }
/** A slot whose call is not answered, and one whose call did not leave when it should. */
const CALL_TIMEOUT_MS = 15_000
const RESERVATION_GRACE_MS = 1_000
/** At the wall one more is tried after this long, then after so many attachments: a small share of all calls. */
const PROBE_INTERVAL_MS = 3_000
const COMPLETIONS_PER_PROBE = 30
/** CENs come to their second probe one after the other: this many before it begins anew. */
const STAGGER_STEPS = 5
/** A call is answered in about this. */
const CALL_LATENCY_MS = 40
/** Where the CEN is busy although nothing of ours is under way, it is asked again after this, doubled while it stays so. */
const PAUSE = { firstMs: 1_000, longestMs: 30_000 }
/** What is left where somebody else takes slots of the same CEN, so that both come to a fair share. */
const CONTENTION = { share: 0.75, times: 2 }
/** A wall may have been guessed too high by this share: what is missing of it then is nobody's. */
const ESTIMATE_ERROR = 0.1
/** In this share of the usual time before its look an attachment may be over already. */
const NEAR_COMPLETION = 0.08

export interface ConcurrencyLimit {
  /** How many may be taken now, what `key` has reserved included; all of them where it was called for. */
  available(key: string, nowMs: number): number
  /** Keeps a slot for a call that leaves by `byMs`. */
  reserve(key: string, byMs: number): void
  /** A call leaves. */
  take(key: string, nowMs: number): void
  /** It is under way, whatever the limit says, and looked at after `lookMs`. True where a wall that stood is seen to have moved. */
  occupy(key: string, nowMs: number, typicalMs: number, nextReadMs: number): boolean
  /** The wall of another CEN has moved: one more is tried at once. */
  probeNow(): void
  /** The attachment ended, or was refused for another reason. */
  release(key: string, succeeded: boolean, nowMs: number): void
  /** The CEN said that it is busy. */
  refused(key: string, nowMs: number, typicalMs: number): void
  /** How many are taken, those included that wait for their rate. */
  taken(): number
  /** True where slots are reserved for calls that wait for their rate. */
  hasReservations(): boolean
  /** Milliseconds until about so many more slots than `turns` have become free. */
  estimateWaitMs(position: number, nowMs: number, typicalMs: number): number
}

/**
 * Slots of one CEN, held from the call until the CEN says Attached. `turn`: CENs feel for their walls in turn, so that one
 * that moves is found the sooner. Pure: the clock's reading is passed in.
 */
export function createConcurrencyLimit(ceiling: number, staggerIndex = 0): ConcurrencyLimit {
  const permits = new Map<string, Permit>()
  /** The most that were under way at once since the wall was last felt for. */
  let confirmed = 0
  let initialLimit = INITIAL_LIMIT
  /** How many are tried for on top at once: one more with each that was taken. */
  let probeStep = 1
  /** As many are taken at once, and no more; undefined while it is felt for. */
  let limit: number | undefined
  let probe: string | undefined
  /** Probes that failed in a row at this wall, and what must pass before the next. */
  let failedProbes = 0
  let probeAtMs = 0
  let completionsUntilProbe = 0
  let pausedUntilMs = 0
  let pauses = 0
  let reducedAtMs = -Infinity
  let contendedAtMs = -Infinity
  /** When the wall was last met. */
  let limitHitAtMs = -Infinity

  const count = (counts: (permit: Permit) => boolean) => [...permits.values()].filter(counts).length
  const sent = () => count(({ stage }) => stage !== 'reserved')
  /** Accepted, and so far from the end that it cannot be over without having been looked at. */
  const underWay = (nowMs: number, typicalMs: number) =>
    // Until a wall was met little is known about how long it takes, and a little too many does no harm.
    count(
      ({ stage, freeAtMs }) =>
        stage === 'accepted' && (initialLimit > 0 || freeAtMs > nowMs + typicalMs * NEAR_COMPLETION),
    )
  const capacity = (nowMs: number): number => {
    if (nowMs < pausedUntilMs) return 0
    // After a pause one goes ahead.
    if (pauses > 0) return 1
    if (limit === undefined)
      return Math.min(
        ceiling,
        Math.max(initialLimit, confirmed + Math.max(1, Math.min(probeStep, Math.floor(confirmed * PROBE_SHARE)))),
      )
    const due = probe === undefined && nowMs >= probeAtMs && completionsUntilProbe <= 0
    return Math.min(ceiling, due ? limit + 1 : limit)
  }
  const scheduleProbe = (nowMs: number) => {
    probe = undefined
    probeAtMs = nowMs + PROBE_INTERVAL_MS
    const completions =
      COMPLETIONS_PER_PROBE * (failedProbes === 1 ? 1 + (staggerIndex % STAGGER_STEPS) / STAGGER_STEPS : 1)
    completionsUntilProbe = failedProbes === 0 ? 0 : completions
    failedProbes += 1
  }

  return {
    available(key, nowMs) {
      for (const [held, { untilMs }] of permits) if (untilMs <= nowMs) permits.delete(held)
      const mine = permits.get(key)
      if (mine && mine.stage !== 'reserved') return Infinity
      return capacity(nowMs) - permits.size + (mine ? 1 : 0)
    },
    reserve(key, byMs) {
      permits.set(key, {
        untilMs: byMs + RESERVATION_GRACE_MS,
        freeAtMs: Infinity,
        stage: 'reserved',
        takenAtMs: Infinity,
      })
    },
    take(key, nowMs) {
      if (permits.get(key)?.stage === 'accepted') return
      permits.set(key, { untilMs: nowMs + CALL_TIMEOUT_MS, freeAtMs: Infinity, stage: 'called', takenAtMs: nowMs })
      if (limit !== undefined && sent() > limit) probe = key
    },
    occupy(key, nowMs, typicalMs, nextReadMs) {
      const isNew = permits.get(key)?.stage !== 'accepted'
      const untilMs = nowMs + PERMIT_LIFETIME.times * Math.max(typicalMs, nextReadMs) + PERMIT_LIFETIME.spareMs
      const { takenAtMs = nowMs } = permits.get(key) ?? {}
      permits.set(key, { untilMs, freeAtMs: nowMs + nextReadMs, stage: 'accepted', takenAtMs })
      if (!isNew) return false
      pauses = 0
      const underWayNow = underWay(nowMs, typicalMs)
      if (underWayNow > confirmed) probeStep += 1
      confirmed = Math.max(confirmed, underWayNow)
      if (probe === key) {
        probe = undefined
        probeAtMs = nowMs + PROBE_INTERVAL_MS
      }
      if (limit === undefined || underWayNow <= limit) return false
      // The wall has moved: it is felt for from anew.
      const hadBeenStable = failedProbes > 1
      ;[limit, probe, failedProbes, probeStep] = [undefined, undefined, 0, 1]
      return hadBeenStable
    },
    probeNow() {
      completionsUntilProbe = 0
    },
    release(key, succeeded) {
      if (permits.delete(key) && succeeded) completionsUntilProbe -= 1
      if (probe === key) probe = undefined
    },
    refused(key, nowMs, typicalMs) {
      const { takenAtMs = nowMs } = permits.get(key) ?? {}
      permits.delete(key)
      const others = sent()
      if (others === 0) {
        // Nothing of ours is under way: this says nothing about how many the CEN takes.
        if (nowMs < pausedUntilMs) return
        pausedUntilMs = nowMs + Math.min(PAUSE.longestMs, PAUSE.firstMs * 2 ** pauses)
        pauses = Math.min(10, pauses + 1)
        return
      }
      // It left together with the one that met the wall: one less has been taken than seemed so.
      if (limit !== undefined && takenAtMs <= limitHitAtMs) {
        limit = Math.max(1, Math.min(limit, others))
        confirmed = limit
        return
      }
      limitHitAtMs = nowMs
      if (limit !== undefined && (key === probe || others >= limit)) return scheduleProbe(nowMs)
      // What was in flight beside the refused call is what the CEN takes at once.
      const known = limit
      limit = Math.max(1, count(({ stage }) => stage === 'called') + underWay(nowMs, typicalMs))
      confirmed = limit
      initialLimit = 0
      failedProbes = 0
      if (known !== undefined && others <= known * (1 - ESTIMATE_ERROR)) {
        // Once may be chance; twice, somebody else is there.
        if (nowMs - contendedAtMs < CONTENTION.times * typicalMs && nowMs - reducedAtMs > typicalMs) {
          reducedAtMs = nowMs
          limit = Math.max(1, Math.floor(others * CONTENTION.share))
        }
        contendedAtMs = nowMs
      }
      scheduleProbe(nowMs)
    },
    taken: () => permits.size,
    hasReservations: () => permits.size > sent(),
    estimateWaitMs(position, nowMs, typicalMs) {
      if (nowMs < pausedUntilMs) return pausedUntilMs - nowMs
      const ends = [...permits.values()].map(({ freeAtMs }) => freeAtMs - nowMs).sort((a, b) => a - b)
      const width = Math.max(1, ends.length)
      // Those that are free go to the first; where more are taken than there are, as many must end before anybody's turn.
      const end = position - (capacity(nowMs) - permits.size)
      if (end < 0) return 0
      const soonest = ends[end % width] ?? 0
      const rounds = Math.floor(end / width) * typicalMs
      const endMs = Number.isFinite(soonest) ? Math.max(0, soonest) + rounds : typicalMs + rounds
      if (limit !== undefined || width >= ceiling) return endMs
      // While the wall is felt for, each answer may let in more.
      return Math.min(endMs, CALL_LATENCY_MS * (1 + position / Math.max(1, confirmed * PROBE_SHARE)))
    },
  }
}

export interface Permit {
  /** It is free again then, whatever is heard of it. */
  untilMs: number
  /** When its end is looked at. */
  freeAtMs: number
  /** Reserved while it waits for the rate, then called for, then accepted. */
  stage: 'reserved' | 'called' | 'accepted'
  /** When its call left. */
  takenAtMs: number
}
