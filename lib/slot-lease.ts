/** A slot of a CEN that is taken: for a call that waits for its rate, or an attachment that is under way. Times are epoch milliseconds. */

export interface SlotLease {
  /** It is free again then, whatever is heard of it. */
  untilMs: number
  /** When its end is looked at. */
  freeAtMs: number
  /** Reserved while it waits for the rate, then called for, then accepted. */
  stage: 'reserved' | 'called' | 'accepted'
  /** When its call left. */
  takenAtMs: number
}
