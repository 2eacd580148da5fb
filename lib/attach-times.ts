/** How long a CEN's attachments take, from the recent ones, so that the state is read when it has something to say. */

/** What is assumed of a CEN of which nothing is known, in milliseconds; later looks follow at growing distances. */
const FIRST_GUESS_MS = 1_000
const LEAST_MS = 100
/** No CEN is taken for slower than this, whatever an outage made it look like. */
const MOST_MS = 60_000
/** Between a look that said Attaching and one that said Attached: this near, as a share, is near enough. */
const NEAR = 0.21
/** What is known of how long it takes at least fades with each attachment, until a sooner look is worth a try. */
const FADE = 0.985
const KEEP = 0.75
const SOONER = 0.8
const MAX_WATCHED = 10_000

interface Watched {
  /** When it was accepted or, where another process began it, first seen to be under way. */
  readonly sinceMs: number
  /** True where this process saw the whole of it. */
  readonly whole: boolean
  /** When it was last seen to be under way. */
  readonly attachingAtMs?: number
}

export interface AttachTimes {
  /** An attach call was accepted. */
  accepted(key: string, nowMs: number): void
  /** The CEN says Attaching. */
  attaching(key: string, nowMs: number): void
  /** The CEN says Attached. */
  attached(cenId: string, key: string, nowMs: number): void
  /** Milliseconds since an attach of it was accepted here; Infinity where none is known. */
  sinceMs(key: string, nowMs: number): number
  /** It is over in another way. */
  forget(key: string): void
  /** Milliseconds until the state of this attachment is worth a look. */
  nextLookMs(cenId: string, key: string, nowMs: number): number
  usualMs(cenId: string): number
}

interface Usual {
  readonly ms: number
  /** It took at least this long when it was last looked at in vain; 0 while sooner looks keep succeeding. */
  readonly leastMs: number
}

/** Learns in memory only; what is forgotten in a crash costs a look, nothing else. */
export function createAttachTimes(): AttachTimes {
  const usual = new Map<string, Usual>()
  const watched = new Map<string, Watched>()
  const usualMs = (cenId: string) => usual.get(cenId)?.ms ?? FIRST_GUESS_MS
  const learn = (cenId: string, ms: number, leastMs: number) => {
    const taken = Math.min(MOST_MS, Math.max(LEAST_MS, ms))
    usual.set(cenId, { ms: taken, leastMs: Math.min(taken, leastMs) })
    trim(usual)
  }
  /** The first look found it attached: it may have been so for long. */
  const hit = (cenId: string) => {
    const { ms, leastMs } = usual.get(cenId) ?? { ms: FIRST_GUESS_MS, leastMs: 0 }
    const faded = leastMs * FADE
    if (faded >= KEEP * ms) learn(cenId, ms, faded)
    else learn(cenId, SOONER * ms, 0)
  }
  /** It ended between two looks. */
  const missed = (cenId: string, leastMs: number, mostMs: number) =>
    learn(cenId, mostMs - leastMs <= NEAR * mostMs ? mostMs : (leastMs + mostMs) / 2, leastMs)

  return {
    usualMs,
    accepted(key, nowMs) {
      watched.set(key, { sinceMs: nowMs, whole: true })
      trim(watched)
    },
    attaching(key, nowMs) {
      const known = watched.get(key) ?? { sinceMs: nowMs, whole: false }
      watched.set(key, { ...known, attachingAtMs: nowMs })
      trim(watched)
    },
    attached(cenId, key, nowMs) {
      const known = watched.get(key)
      watched.delete(key)
      if (!known?.whole) return
      const { sinceMs, attachingAtMs } = known
      if (attachingAtMs === undefined) hit(cenId)
      else missed(cenId, attachingAtMs - sinceMs, nowMs - sinceMs)
    },
    sinceMs(key, nowMs) {
      const known = watched.get(key)
      return known?.whole ? nowMs - known.sinceMs : Infinity
    },
    forget: (key) => void watched.delete(key),
    nextLookMs(cenId, key, nowMs) {
      const spent = nowMs - (watched.get(key)?.sinceMs ?? nowMs)
      // The first look comes at the usual time; a late attachment is looked at each time it has used up a quarter more.
      return Math.max(LEAST_MS, usualMs(cenId) - spent, Math.min(MOST_MS, spent / 4))
    },
  }
}

function trim<T>(map: Map<string, T>): void {
  const oldest = map.keys().next().value
  if (map.size > MAX_WATCHED && oldest !== undefined) map.delete(oldest)
}
