/** How long a CEN's attachments take, from the recent ones, so that the state is read when it has something to say. */

/** What is assumed of a CEN of which nothing is known, in milliseconds; later looks follow at growing distances. */
const FIRST_GUESS_MS = 1_000
const LEAST_MS = 100
const WEIGHT = 0.3
const MAX_WATCHED = 10_000

export interface AttachTimes {
  /** An attach call was accepted. */
  accepted(cenId: string, key: string, nowMs: number): void
  /** The CEN says Attached. */
  attached(cenId: string, key: string, nowMs: number): void
  /** Milliseconds until the state of this attachment is worth a look. */
  nextLookMs(cenId: string, key: string, nowMs: number): number
  usualMs(cenId: string): number
}

/** Learns in memory only; what is forgotten in a crash costs a look, nothing else. */
export function createAttachTimes(): AttachTimes {
  const usual = new Map<string, number>()
  const acceptedAt = new Map<string, number>()
  const usualMs = (cenId: string) => usual.get(cenId) ?? FIRST_GUESS_MS

  return {
    usualMs,
    accepted(_cenId, key, nowMs) {
      acceptedAt.set(key, nowMs)
      const oldest = acceptedAt.keys().next().value
      if (acceptedAt.size > MAX_WATCHED && oldest !== undefined) acceptedAt.delete(oldest)
    },
    attached(cenId, key, nowMs) {
      const since = acceptedAt.get(key)
      if (since === undefined) return
      acceptedAt.delete(key)
      const known = usual.get(cenId)
      const seen = Math.max(LEAST_MS, nowMs - since)
      usual.set(cenId, known === undefined ? seen : known + WEIGHT * (seen - known))
    },
    nextLookMs(cenId, key, nowMs) {
      const spent = nowMs - (acceptedAt.get(key) ?? nowMs)
      // The first look comes at the usual time; a late attachment is looked at each time it has used up half as much again.
      return Math.max(LEAST_MS, usualMs(cenId) - spent, spent / 2)
    },
  }
}
