/** How long a CEN's attachments take, from the recent ones, so that the state is read when it has something to say. */

/** What is assumed of a CEN of which nothing is known, in milliseconds; later looks follow at growing distances. */
const FIRST_GUESS_MS = 1_000
const LEAST_MS = 100
/** No CEN is taken for slower than this, whatever an outage made it look like. */
const MOST_MS = 60_000
const WEIGHT = 0.3
/** A first look that finds it attached says only that it took no longer: the next one is tried sooner. */
const SOONER = 0.6
const MAX_WATCHED = 10_000

interface Watched {
  readonly acceptedAtMs: number
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
  /** It is over in another way. */
  forget(key: string): void
  /** Milliseconds until the state of this attachment is worth a look. */
  nextLookMs(cenId: string, key: string, nowMs: number): number
  usualMs(cenId: string): number
}

/** Learns in memory only; what is forgotten in a crash costs a look, nothing else. */
export function createAttachTimes(): AttachTimes {
  const usual = new Map<string, number>()
  const watched = new Map<string, Watched>()
  const usualMs = (cenId: string) => usual.get(cenId) ?? FIRST_GUESS_MS
  const learn = (cenId: string, sampleMs: number) => {
    const known = usual.get(cenId)
    const seen = Math.min(MOST_MS, Math.max(LEAST_MS, sampleMs))
    usual.set(cenId, known === undefined ? seen : known + WEIGHT * (seen - known))
    trim(usual)
  }

  return {
    usualMs,
    accepted(key, nowMs) {
      watched.set(key, { acceptedAtMs: nowMs })
      trim(watched)
    },
    attaching(key, nowMs) {
      const known = watched.get(key)
      if (known) watched.set(key, { ...known, attachingAtMs: nowMs })
    },
    attached(cenId, key, nowMs) {
      const known = watched.get(key)
      watched.delete(key)
      if (!known) return
      const { acceptedAtMs, attachingAtMs } = known
      const spent = nowMs - acceptedAtMs
      // It ended between the last look that said Attaching and this one.
      if (attachingAtMs !== undefined) learn(cenId, (attachingAtMs + nowMs) / 2 - acceptedAtMs)
      else learn(cenId, SOONER * Math.min(spent, usualMs(cenId)))
    },
    forget: (key) => void watched.delete(key),
    nextLookMs(cenId, key, nowMs) {
      const spent = nowMs - (watched.get(key)?.acceptedAtMs ?? nowMs)
      // The first look comes at the usual time; a late attachment is looked at each time it has used up a quarter more.
      return Math.max(LEAST_MS, usualMs(cenId) - spent, Math.min(MOST_MS, spent / 4))
    },
  }
}

function trim<T>(map: Map<string, T>): void {
  const oldest = map.keys().next().value
  if (map.size > MAX_WATCHED && oldest !== undefined) map.delete(oldest)
}
