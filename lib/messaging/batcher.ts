/** A batcher: collects single items into batch calls and gives each item its own outcome. */
import type { Clock } from '../domain/clock.js'

/** What the batch calls of one provider have in common. */
export interface BatchRules<Answer> {
  /** The most items of one call. */
  readonly maxItems: number
  /** How many of the first items one call takes, by their sizes in bytes; at least one. */
  countThatFits(sizes: readonly number[]): number
  /** Why the answer refuses the item at `index`; undefined if the item has taken effect. */
  refusal(answer: Answer, index: number): string | undefined
  /** True if a call was refused as a whole and a single item may be the reason. */
  isItemFault(error: unknown): boolean
}

interface BatcherOptions<T, Answer> {
  readonly call: (items: readonly T[]) => Promise<Answer>
  readonly rules: BatchRules<Answer>
  /** The size of an item, if one call takes only so many bytes. */
  readonly bytesOf?: (item: T) => number
  readonly clock: Clock
}

/** A batch that is not full leaves this long after the call before it, in milliseconds. */
const GAP_MS = 20

interface PendingItem<T> {
  readonly item: T
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Returns a function that resolves once its item has taken effect, and rejects if the item was refused or its outcome is
 * not known. An item leaves at once if no call has left in the last 20 ms, else with a full batch or 20 ms after that call.
 */
export function createBatcher<T, Answer>(options: BatcherOptions<T, Answer>): (item: T) => Promise<void> {
  const { rules, bytesOf = () => 0, clock } = options
  let pending: PendingItem<T>[] = []
  let lastCallAtMs = -Infinity
  let isFlushScheduled = false
  let isWaitingForGap = false

  const flush = (): void => {
    isFlushScheduled = false
    while (pending.length > 0) {
      const count = rules.countThatFits(pending.slice(0, rules.maxItems + 1).map(({ bytes }) => bytes))
      const isFull = count === rules.maxItems || count < pending.length
      if (!isFull && clock.now() < lastCallAtMs + GAP_MS) return void waitForGap()
      const batch = pending.slice(0, count)
      pending = pending.slice(count)
      lastCallAtMs = clock.now()
      void sendBatch(batch, options)
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
      // All items of this turn of the event loop join the batch.
      setImmediate(flush)
    })
}

/** Never rejects. If a call was refused as a whole for one of its items, each item is sent alone. */
async function sendBatch<T, Answer>(
  batch: readonly PendingItem<T>[],
  options: BatcherOptions<T, Answer>,
): Promise<void> {
  const { call, rules } = options
  try {
    const answer = await call(batch.map(({ item }) => item))
    for (const [index, { resolve, reject }] of batch.entries()) {
      const refusal = rules.refusal(answer, index)
      if (refusal !== undefined) reject(new Error(refusal))
      else resolve()
    }
  } catch (error) {
    if (batch.length > 1 && rules.isItemFault(error)) await Promise.all(batch.map((one) => sendBatch([one], options)))
    else for (const { reject } of batch) reject(error)
  }
}
