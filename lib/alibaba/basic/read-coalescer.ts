/** Request coalescing: readings of one list that are requested together, or while a batch is read, form one batch. */
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, refusal } from '../../domain/failure.js'
import type { AttachmentState, CallLimits } from '../../reconcile/driver.js'

export interface ReadRequest<T = AttachmentState> {
  readonly attachment: Attachment
  readonly limits: CallLimits
  readonly resolve: (answer: Answer<T>) => void
}

export interface BatchChoice<T = AttachmentState> {
  readonly batch: readonly ReadRequest<T>[]
  readonly rest: readonly ReadRequest<T>[]
}

/** The pending readings of the next batch, at least one; the rest waits for later batches. */
type ChooseBatch<T> = (waiting: readonly ReadRequest<T>[]) => BatchChoice<T>

interface ReadCoalescerOptions<T> {
  /** Names the list that a reading belongs to; by default its CEN. */
  readonly keyOf?: (attachment: Attachment) => string
  readonly choose: ChooseBatch<T>
  /**
   * Answers each reading of the batch; if it rejects, each gets a failure. `join` offers the readings that were requested
   * since: those that it accepts must be answered, too, so the API call must begin after `join`.
   */
  readonly answer: (
    key: string,
    batch: readonly ReadRequest<T>[],
    limits: CallLimits,
    join: JoinBatch<T>,
  ) => Promise<void>
  readonly clock: Clock
}

export type JoinBatch<T = AttachmentState> = (accepts: (pendingRead: ReadRequest<T>) => boolean) => void

/** The wait before the first batch, in milliseconds: the readings of one poll interval are requested within it. */
const COALESCE_MS = 5

/** An abort reason of our own avoids the cost of an exception with its stack for every reading. */
const WAKE_REASON = 'requested'

/** The pending readings of one list. */
interface PendingReads<T> {
  pendingReads: ReadRequest<T>[]
  /** Until when they wait, epoch milliseconds; -Infinity while no wait can be ended. */
  waitsUntilMs: number
  /** Ends the wait, for a reading that is needed before. */
  wake: AbortController
}

const neededByMs = ({ limits }: Pick<ReadRequest, 'limits'>): number => limits.neededByMs ?? -Infinity

/** Returns the reading function. A reading is answered only by an API call that began after it was requested. */
export function coalesceReads<T = AttachmentState>({
  keyOf = ({ cenId }) => cenId,
  choose,
  answer,
  clock,
}: ReadCoalescerOptions<T>) {
  const lists = new Map<string, PendingReads<T>>()

  const readUntilEmpty = async (key: string, list: PendingReads<T>): Promise<void> => {
    await clock.sleep(COALESCE_MS)
    while (list.pendingReads.length > 0) {
      const neededFirstMs = Math.min(...list.pendingReads.map(neededByMs))
      const waitMs = neededFirstMs - clock.now()
      if (waitMs > 0) {
        Object.assign(list, { waitsUntilMs: neededFirstMs, wake: new AbortController() })
        await clock.sleep(waitMs, list.wake.signal)
        list.waitsUntilMs = -Infinity
        continue
      }
      const { batch, rest } = choose(list.pendingReads)
      const inBatch = [...batch]
      list.pendingReads = [...rest]
      const join: JoinBatch<T> = (accepts) => {
        const taken = new Set(list.pendingReads.filter(accepts))
        inBatch.push(...taken)
        list.pendingReads = list.pendingReads.filter((pendingRead) => !taken.has(pendingRead))
      }
      await answer(key, batch, limitsOf(batch), join).catch(() => {
        for (const { resolve } of inBatch) resolve(refusal('UnreadableAnswer'))
      })
    }
    lists.delete(key)
  }

  return (attachment: Attachment, limits: CallLimits): Promise<Answer<T>> =>
    new Promise((resolve) => {
      const key = keyOf(attachment)
      const pendingRead = { attachment, limits, resolve }
      const list = lists.get(key)
      if (list) {
        list.pendingReads.push(pendingRead)
        if (neededByMs(pendingRead) < list.waitsUntilMs) list.wake.abort(WAKE_REASON)
        return
      }
      const created = { pendingReads: [pendingRead], waitsUntilMs: -Infinity, wake: new AbortController() }
      lists.set(key, created)
      void readUntilEmpty(key, created)
    })
}

/** The latest deadline of the batch; a caller with an earlier one stops waiting by itself. */
const limitsOf = (batch: readonly Pick<ReadRequest, 'limits'>[]): CallLimits => ({
  ...batch[0]?.limits,
  deadlineMs: Math.max(...batch.map(({ limits }) => limits.deadlineMs)),
})

/** A reading with `alone` is a batch of its own; `choose` takes the batch if there is none. */
export const aloneOr =
  <T = AttachmentState>(choose: ChooseBatch<T>): ChooseBatch<T> =>
  (waiting) => {
    const alone = waiting.find(({ limits }) => limits.alone)
    return alone ? { batch: [alone], rest: waiting.filter((one) => one !== alone) } : choose(waiting)
  }

/** A batch has one reading for each child instance; duplicates are left to the next batch. */
export function distinct<T>(waiting: readonly ReadRequest<T>[]): BatchChoice<T> {
  const batch = new Map<string, ReadRequest<T>>()
  const rest: ReadRequest<T>[] = []
  for (const pendingRead of waiting) {
    const { childInstanceId } = pendingRead.attachment
    if (batch.has(childInstanceId)) rest.push(pendingRead)
    else batch.set(childInstanceId, pendingRead)
  }
  return { batch: [...batch.values()], rest }
}
