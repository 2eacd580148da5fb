/** Gathers single wishes into batch calls: what comes in the same moment, or soon after a call, goes together. */

import { type BatchAnswer, countThatFits, MAX_BATCH_ENTRIES, refusedEntry } from '../aws/batch.js'
import type { Clock } from '../domain/clock.js'

export interface BatcherOptions<T> {
  /** Makes one call for 1 to 10 items; entries are named by `entryId`. */
  readonly call: (items: readonly T[]) => Promise<BatchAnswer>
  /** Where a call takes only so many bytes. */
  readonly bytesOf?: (item: T) => number
  readonly clock: Clock
}

/** What is not a full batch leaves so long after the call before it. */
const GAP_MS = 20

interface PendingItem<T> {
  readonly item: T
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Returns a function that resolves once its item has taken effect, and rejects where it was refused or is not known to have.
 * An item leaves at once where no call has left lately; else with a full batch, or 20 ms after the call before it.
 */
export function createBatcher<T>({ call, bytesOf = () => 0, clock }: BatcherOptions<T>): (item: T) => Promise<void> {
  let pending: PendingItem<T>[] = []
  let lastCallAtMs = -Infinity
  let isFlushScheduled = false
  let isWaitingForGap = false

  const flush = (): void => {
    isFlushScheduled = false
    for (;;) {
      const count = countThatFits(pending.slice(0, MAX_BATCH_ENTRIES + 1).map(({ bytes }) => bytes))
      if (count === 0) return
      const full = count === MAX_BATCH_ENTRIES || count < pending.length
      if (!full && clock.now() < lastCallAtMs + GAP_MS) return void waitForGap()
      const batch = pending.slice(0, count)
      pending = pending.slice(count)
      lastCallAtMs = clock.now()
      void sendBatch(batch, call)
    }
  }
  const waitForGap = async (): Promise<void> => {
    if (isWaitingForGap) return
    isWaitingForGap = true
    await clock.sleep(lastCallAtMs + GAP_MS - clock.now())
    isWaitingForGap = false
    flush()
  }

  return (item) =>
    new Promise((resolve, reject) => {
      pending.push({ item, bytes: bytesOf(item), resolve, reject })
      if (isFlushScheduled) return
      isFlushScheduled = true
      // Everything that is answered in this turn of the event loop has its say first.
      setImmediate(flush)
    })
}

/** Never rejects. A call that is refused as a whole says nothing of the single item: each then goes alone. */
async function sendBatch<T>(batch: readonly PendingItem<T>[], call: BatcherOptions<T>['call']): Promise<void> {
  try {
    const answer = await call(batch.map(({ item }) => item))
    for (const [index, { resolve, reject }] of batch.entries()) {
      const refusal = refusedEntry(answer, index)
      if (refusal) reject(new Error(refusal.why))
      else resolve()
    }
  } catch (error) {
    if (batch.length > 1 && isEntryRefusal(error)) await Promise.all(batch.map((one) => sendBatch([one], call)))
    else for (const { reject } of batch) reject(error)
  }
}

/**
 * The request itself was refused, and not for its rate or its sender, or could not be built: an error of JavaScript's own,
 * which has none of what the SDK notes on each attempt. After an unknown outcome nothing is sent again here.
 */
function isEntryRefusal(error: unknown): boolean {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  const unbuilt = $metadata === undefined && /^(?:URI|Type|Range)Error$/.test(name)
  return (unbuilt || $metadata?.httpStatusCode === 400) && !/throttl|credential|token|accessdenied/i.test(name)
}
