/** AIMD: how many attachments one CEN accepts at once, learnt from its refusals and respected before each call. */

/** Permits before anything is learnt. */
const INITIAL_LIMIT = 5
/** Until the first refusal the limit grows at most by this share of the confirmed concurrency at once. */
const GROWTH_SHARE = 0.25
/** A permit whose end another process observed expires after this many typical durations and this many milliseconds. */
const PERMIT_LIFETIME = { times: 1.5, spareMs: 3_000 }
/** When a permit expires whose call got no answer, and one whose call did not leave in time, in milliseconds. */
const CALL_TIMEOUT_MS = 15_000
const RESERVATION_GRACE_MS = 1_000
/**
 * Above the limit one more is probed after this time, in milliseconds, then also after this many completions: few of
 * all calls.
 */
const PROBE_INTERVAL_MS = 3_000
const COMPLETIONS_PER_PROBE = 30
/** The second probes of CENs are staggered over this many steps. */
const STAGGER_STEPS = 5
/** A call is answered in about this time, in milliseconds. */
const CALL_LATENCY_MS = 40
/** The pause if the CEN refuses although none of these attachments is in progress; doubled while it refuses, in milliseconds. */
const PAUSE = { firstMs: 1_000, longestMs: 30_000 }
/**
 * The share that this process keeps if another client uses the CEN, and within how many typical durations two refusals
 * prove that.
 */
const CONTENTION = { share: 0.75, times: 2 }
/** The limit may be overestimated by this share; a smaller shortfall proves no other client. */
const ESTIMATE_ERROR = 0.1
/** An attachment this close to its expected end, as a share of the typical duration, may have ended already. */
const NEAR_COMPLETION = 0.08

/** A slot of the CEN, from its reservation until the attachment has ended. */
interface Permit {
  /** `reserved` while it waits for the rate limiter, `called` while its call is in flight, then `accepted`. */
  stage: 'reserved' | 'called' | 'accepted'
  /** When the call left, epoch milliseconds. */
  takenAtMs: number
  /** When the attachment is expected to end, epoch milliseconds. */
  freeAtMs: number
  /** When the permit expires even if its end was not observed, epoch milliseconds. */
  untilMs: number
}

export interface ConcurrencyLimit {
  /** How many permits are free now, that of `key` included if it is reserved; Infinity if `key` was called for. */
  available(key: string, nowMs: number): number
  /** Reserves a permit for a call that leaves by `byMs`. */
  reserve(key: string, byMs: number): void
  /** Takes a permit for a call that leaves now. */
  take(key: string, nowMs: number): void
  /**
   * The attachment is in progress, whether the limit allowed it or not; it is read after `nextReadMs`. True if this proves
   * that a stable limit has risen.
   */
  occupy(key: string, nowMs: number, typicalMs: number, nextReadMs: number): boolean
  /** The limit of another CEN has risen: one more is probed at once. */
  probeNow(): void
  /** The attachment has ended, or was refused for another reason than the limit. */
  release(key: string, succeeded: boolean): void
  /** The CEN refused a call because of its limit. */
  refused(key: string, nowMs: number, typicalMs: number): void
  /** How many permits are in use, reserved ones included. */
  taken(): number
  /** True if permits are reserved for calls that wait for the rate limiter. */
  hasReservations(): boolean
  /** The estimated wait, in milliseconds, for the permit of the request at `position` of the queue. */
  estimateWaitMs(position: number, nowMs: number, typicalMs: number): number
}

/**
 * The concurrency limit of one CEN; a permit is held from the call until the attachment is observed as attached.
 * `staggerIndex`: CENs probe at different times, so that a change of their common limit is found sooner. Pure.
 */
export function createConcurrencyLimit(ceiling: number, staggerIndex = 0): ConcurrencyLimit {
  const permits = new Map<string, Permit>()
  /** The highest concurrency since the limit was last lost. */
  let confirmed = 0
  let initialLimit = INITIAL_LIMIT
  /** The growth of the next step: one more with each attachment that exceeded `confirmed`. */
  let probeStep = 1
  /** The learnt limit; undefined while it is searched for. */
  let limit: number | undefined
  /** The attachment that was sent above the limit. */
  let probe: string | undefined
  /** Probes that failed at this limit, and what must pass before the next one. */
  let failedProbes = 0
  let probeAtMs = 0
  let completionsUntilProbe = 0
  let pausedUntilMs = 0
  let pauses = 0
  let reducedAtMs = -Infinity
  let contendedAtMs = -Infinity
  /** When the last call was refused. */
  let limitHitAtMs = -Infinity

  const count = (counts: (permit: Permit) => boolean) => [...permits.values()].filter(counts).length
  const sent = () => count(({ stage }) => stage !== 'reserved')
  /** Attachments that are accepted and cannot have ended unobserved. */
  const underWay = (nowMs: number, typicalMs: number) =>
    // Before the first refusal durations are hardly known, and counting a few too many does no harm.
    count(
      ({ stage, freeAtMs }) =>
        stage === 'accepted' && (initialLimit > 0 || freeAtMs > nowMs + typicalMs * NEAR_COMPLETION),
    )
  const capacity = (nowMs: number): number => {
    if (nowMs < pausedUntilMs) return 0
    // After a pause one call goes first.
    if (pauses > 0) return 1
    if (limit === undefined)
      return Math.min(
        ceiling,
        Math.max(initialLimit, confirmed + Math.max(1, Math.min(probeStep, Math.floor(confirmed * GROWTH_SHARE)))),
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
      // The limit has risen: it is searched for again.
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
        // None of these attachments is in progress, so the refusal teaches nothing about the limit.
        if (nowMs < pausedUntilMs) return
        pausedUntilMs = nowMs + Math.min(PAUSE.longestMs, PAUSE.firstMs * 2 ** pauses)
        pauses = Math.min(10, pauses + 1)
        return
      }
      // This call left together with the one that was refused before, so one fewer was accepted than assumed.
      if (limit !== undefined && takenAtMs <= limitHitAtMs) {
        limit = Math.max(1, Math.min(limit, others))
        confirmed = limit
        return
      }
      limitHitAtMs = nowMs
      if (limit !== undefined && (key === probe || others >= limit)) return scheduleProbe(nowMs)
      // The CEN accepts as many as were in flight beside the refused call.
      const previous = limit
      limit = Math.max(1, count(({ stage }) => stage === 'called') + underWay(nowMs, typicalMs))
      confirmed = limit
      initialLimit = 0
      failedProbes = 0
      if (previous !== undefined && others <= previous * (1 - ESTIMATE_ERROR)) {
        // One shortfall may be chance; two prove another client.
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
      // Free permits go to the first of the queue; if more are in use than the limit allows, the excess must end first.
      const end = position - (capacity(nowMs) - permits.size)
      if (end < 0) return 0
      const soonest = ends[end % width] ?? 0
      const rounds = Math.floor(end / width) * typicalMs
      const endMs = Number.isFinite(soonest) ? Math.max(0, soonest) + rounds : typicalMs + rounds
      if (limit !== undefined || width >= ceiling) return endMs
      // While the limit is searched for, each answer may admit more.
      return Math.min(endMs, CALL_LATENCY_MS * (1 + position / Math.max(1, confirmed * GROWTH_SHARE)))
    },
  }
}
