/** How long a CEN's attachments take, from the recent ones, so that the state is read when it has something to say. */

/** What is assumed where nothing is known of any CEN, in milliseconds. */
const FIRST_GUESS_MS = 1_000
/** No look comes sooner than this after the attach, or after the look before. */
const LEAST_MS = 40
/** While nothing is known of a CEN nobody waits for its eldest longer than this. */
const MOST_GUESS_MS = 30_000
/** No CEN is taken for slower than this, whatever an outage made it look like. */
const MOST_MS = 60_000
/** Between the longest look in vain and the shortest one that was not: this near, as a share, is near enough. */
const NEAR = 0.03
/** After so many attachments it may have become faster: so much sooner is worth a look again. */
const FRESH = 20
const SOONER = 0.07
const MOST_SOONER = 0.8
/** One that is late is looked at again after a little more, then ever a quarter more. */
const LATE = 0.04
/** Looks fall on a beat of this share of the usual time, so that a page answers many. */
const BEAT = 0.02
const LEAST_BEAT_MS = 40
const MOST_BEAT_MS = 500
/** A CEN that takes no longer than this answers so many a second that a slower beat halves what is read of it. */
const AT_ONCE = { usualMs: 200, beatMs: 100 }
/** Multiples of it fall evenly into an interval, however many there are. */
const GOLDEN = 0.618_034
const MAX_WATCHED = 20_000

interface Watched {
  readonly cenId: string
  /** When it was accepted or, where another process began it, first seen to be under way. */
  readonly sinceMs: number
  /** True where this process saw the whole of it. */
  readonly whole: boolean
  /** When it was last seen to be under way. */
  readonly attachingAtMs?: number
}

export interface AttachTimes {
  /** An attach call was accepted. */
  accepted(cenId: string, key: string, nowMs: number): void
  /** The CEN says Attaching. */
  attaching(cenId: string, key: string, nowMs: number): void
  /** The CEN says Attached. */
  attached(cenId: string, key: string, nowMs: number): void
  /** Milliseconds since an attach of it was accepted here; Infinity where none is known. */
  sinceMs(key: string, nowMs: number): number
  /** True where it was accepted here and cannot be over yet, as far as is known: a look would be in vain. */
  isEarly(cenId: string, key: string, nowMs: number): boolean
  /** It is over in another way. */
  forget(key: string): void
  /** Milliseconds until the state of this attachment is worth a look. */
  nextLookMs(cenId: string, key: string, nowMs: number): number
  usualMs(cenId: string): number
}

interface Usual {
  /** A look after this long found it attached; false while none did, and the eldest finds out. */
  ms: number
  known: boolean
  /** A look after this long was in vain. */
  leastMs: number
  /** The one that looks sooner than the others, half way between the two. */
  scout?: string | undefined
  /** Attached since it was last tried sooner. */
  count: number
  /** Where its beat falls, as a share: the CENs take turns. */
  readonly phase: number
  /** How much sooner, as a share, is tried next: doubled while it succeeds. */
  sooner: number
}

/** Learns in memory only; what is forgotten in a crash costs a look, nothing else. */
export function createAttachTimes(): AttachTimes {
  const cens = new Map<string, Usual>()
  const watched = new Map<string, Watched>()
  /** What the CEN that was learnt of last takes is the best guess about one of which nothing is known. */
  let lastMs = FIRST_GUESS_MS
  const usualOf = (cenId: string): Usual => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { ms: lastMs, known: false, leastMs: 0, count: 0, sooner: SOONER, phase: (cens.size * GOLDEN) % 1 }
    cens.set(cenId, made)
    trim(cens)
    return made
  }
  const within = (ms: number) => Math.min(MOST_MS, Math.max(LEAST_MS, ms))
  const firstLookMs = (usual: Usual, key: string) => (usual.scout === key ? (usual.leastMs + usual.ms) / 2 : usual.ms)
  const isNear = ({ ms, leastMs }: Usual) => ms - leastMs <= NEAR * ms

  return {
    usualMs: (cenId) => usualOf(cenId).ms,
    accepted(cenId, key, nowMs) {
      const usual = usualOf(cenId)
      watched.set(key, { cenId, sinceMs: nowMs, whole: true })
      trim(watched)
      if (usual.known && !isNear(usual) && !watched.has(usual.scout ?? '')) usual.scout = key
    },
    attaching(cenId, key, nowMs) {
      const seen = watched.get(key) ?? { cenId, sinceMs: nowMs, whole: false }
      watched.set(key, { ...seen, attachingAtMs: nowMs })
      trim(watched)
      const usual = usualOf(cenId)
      const spentMs = nowMs - seen.sinceMs
      if (usual.scout === key) usual.scout = undefined
      if (!seen.whole) return
      if (usual.known) usual.leastMs = Math.max(usual.leastMs, Math.min(usual.ms, spentMs))
      // While nothing is known the younger ones wait for what the eldest finds.
      else if (spentMs >= usual.ms) usual.ms = Math.max(usual.ms, Math.min(MOST_GUESS_MS, spentMs * 1.25))
    },
    attached(cenId, key, nowMs) {
      const seen = watched.get(key)
      watched.delete(key)
      const usual = usualOf(cenId)
      const wasScout = usual.scout === key
      if (wasScout) usual.scout = undefined
      if (!seen?.whole) return
      const spentMs = within(nowMs - seen.sinceMs)
      const vainMs = (seen.attachingAtMs ?? seen.sinceMs) - seen.sinceMs
      const slower = vainMs >= usual.ms
      if (!usual.known || slower || spentMs < usual.ms) usual.ms = spentMs
      usual.known = true
      if (slower || vainMs > usual.leastMs) usual.leastMs = Math.min(vainMs, spentMs)
      usual.leastMs = Math.min(usual.leastMs, usual.ms)
      usual.count += 1
      if (wasScout && vainMs === 0) usual.sooner = Math.min(MOST_SOONER, usual.sooner * 2)
      else if (vainMs > 0) usual.sooner = SOONER
      if (isNear(usual) && (usual.count >= FRESH || (wasScout && vainMs === 0))) {
        usual.count = 0
        usual.leastMs = usual.ms * (1 - usual.sooner)
      }
      lastMs = usual.ms
    },
    sinceMs(key, nowMs) {
      const seen = watched.get(key)
      return seen?.whole ? nowMs - seen.sinceMs : Infinity
    },
    isEarly(cenId, key, nowMs) {
      const seen = watched.get(key)
      return seen?.whole === true && nowMs - seen.sinceMs < firstLookMs(usualOf(cenId), key) * (1 - LATE)
    },
    forget: (key) => void watched.delete(key),
    nextLookMs(cenId, key, nowMs) {
      const usual = usualOf(cenId)
      const spentMs = nowMs - (watched.get(key)?.sinceMs ?? nowMs)
      const dueMs = firstLookMs(usual, key)
      const more = usual.known && spentMs < usual.ms * (1 + 2 * LATE) ? usual.ms * LATE : spentMs / 4
      const waitMs = Math.max(LEAST_MS, dueMs - spentMs, Math.min(MOST_MS, more))
      const beatMs = beatOf(usual.ms)
      return (Math.ceil((nowMs + waitMs) / beatMs - usual.phase) + usual.phase) * beatMs - nowMs
    },
  }
}

const beatOf = (usualMs: number): number =>
  usualMs <= AT_ONCE.usualMs ? AT_ONCE.beatMs : Math.min(MOST_BEAT_MS, Math.max(LEAST_BEAT_MS, usualMs * BEAT))

function trim<T>(map: Map<string, T>): void {
  const oldest = map.keys().next().value
  if (map.size > MAX_WATCHED && oldest !== undefined) map.delete(oldest)
}
