/** Gathers single wishes into batch calls: what comes in the same moment, or soon after a call, goes together. */
import type { Clock } from '../ports.js'
import { type BatchAnswer, refusalOf } from './batch-answer.js'
import { BATCH_ENTRIES, fitting } from './batch-size.js'

export interface Gathering<T> {
  /** Makes one call for 1 to 10 items; entries are named by `entryId`. */
  readonly call: (items: readonly T[]) => Promise<BatchAnswer>
  /** Where a call takes only so many bytes. */
  readonly bytesOf?: (item: T) => number
  readonly clock: Clock
}

/** What is not a full batch leaves so long after the call before it. */
const GAP_MS = 20

interface Waiting<T> {
  readonly item: T
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Returns a function that resolves once its item has taken effect, and rejects where it was refused or is not known to have.
 * An item leaves at once where no call has left lately; else with a full batch, or 20 ms after the call before it.
 */
export function createGatherer<T>({ call, bytesOf = () => 0, clock }: Gathering<T>): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let leftAtMs = -Infinity
  let due = false
  let lingering = false

  const flush = (): void => {
    due = false
    for (;;) {
      const count = fitting(waiting.slice(0, BATCH_ENTRIES + 1).map(({ bytes }) => bytes))
      if (count === 0) return
      const full = count === BATCH_ENTRIES || count < waiting.length
      if (!full && clock.now() < leftAtMs + GAP_MS) return void linger()
      const batch = waiting.slice(0, count)
      waiting = waiting.slice(count)
      leftAtMs = clock.now()
      void send(batch, call)
    }
  }
  const linger = async (): Promise<void> => {
    if (lingering) return
    lingering = true
    await clock.sleep(leftAtMs + GAP_MS - clock.now())
    lingering = false
    flush()
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, bytes: bytesOf(item), resolve, reject })
      if (due) return
      due = true
      // Everything that is answered in this turn of the event loop has its say first.
      setImmediate(flush)
    })
}

/** Never rejects. A call that is refused as a whole says nothing of the single item: each then goes alone. */
async function send<T>(batch: readonly Waiting<T>[], call: Gathering<T>['call']): Promise<void> {
  try {
    const answer = await call(batch.map(({ item }) => item))
    for (const [index, { resolve, reject }] of batch.entries()) {
      const refusal = refusalOf(answer, index)
      if (refusal) reject(new Error(refusal.why))
      else resolve()
    }
  } catch (error) {
    if (batch.length > 1 && mayBeOneOfThem(error)) await Promise.all(batch.map((one) => send([one], call)))
    else for (const { reject } of batch) reject(error)
  }
}

/**
 * The request itself was refused, and not for its rate or its sender, or could not be built: an error of JavaScript's own,
 * which has none of what the SDK notes on each attempt. After an unknown outcome nothing is sent again here.
 */
function mayBeOneOfThem(error: unknown): boolean {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  const unbuilt = $metadata === undefined && /^(?:URI|Type|Range)Error$/.test(name)
  return (unbuilt || $metadata?.httpStatusCode === 400) && !/throttl|credential|token|accessdenied/i.test(name)
}
