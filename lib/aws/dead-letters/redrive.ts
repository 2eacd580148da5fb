/** Redrives chosen dead letters to the request queue: each is sent first and deleted afterwards. */
import pLimit from 'p-limit'
import {
  planRedrive,
  type RedrivablePlan,
  type RedriveChanges,
  type RedriveOutcome,
  type RedriveReport,
  type RedriveResult,
} from '../../dead-letters/redrive-plan.js'
import { sha256Hex } from '../../domain/digest.js'
import { splitIntoBatches } from '../batch.js'
import { createBatchSender, type OutgoingMessage } from '../send-messages.js'
import {
  countUnavailable,
  type DeadLetterHold,
  type DeadLetterQueue,
  type HeldDeadLetter,
  holdDeadLetters,
  type ReadOptions,
  withoutReceiptHandle,
} from './dead-letter-queue.js'

export interface RedriveOptions extends ReadOptions {
  readonly requestQueueUrl: string
  readonly selects: (deadLetter: HeldDeadLetter) => boolean
  readonly changes: RedriveChanges
  /** The lifetime of a request without `notAfter`, in milliseconds. */
  readonly ttlMs: number
  /** The sender as the queue will name it; absent if unknown. */
  readonly senderId?: string | undefined
  /** True: plan only, send nothing. */
  readonly dryRun: boolean
  /** Called after every batch: how many are done, of how many. */
  readonly moved?: (done: number, all: number) => void
}

/** A message to send, the dead letter that it comes from, and the record for the report. */
interface PlannedMove extends OutgoingMessage {
  readonly held: HeldDeadLetter
  readonly record: RedriveResult & { readonly plan: RedrivablePlan }
}

const MAX_CONCURRENT_MOVES = 4
const STOPPED = 'stopped before this one was sent'
const REDRIVE_AGAIN = 'it is still on the dead-letter queue; redrive again'

/** Rejects only if the dead-letter queue cannot be read; a fault of one dead letter is reported with that dead letter. */
export async function redriveDeadLetters(
  deadLetterQueue: DeadLetterQueue,
  options: RedriveOptions,
): Promise<RedriveReport> {
  const all = new Map<string, RedriveResult>()
  for (;;) {
    const round = (hold: DeadLetterHold) => redriveRound(hold, all.size, deadLetterQueue, options)
    const { redriven, elsewhere } = await holdDeadLetters(deadLetterQueue, options, round)
    for (const one of redriven) all.set(one.deadLetter.messageId, one)
    // A FIFO queue shows the second message of a group only after the first has gone.
    const hasNextRound =
      deadLetterQueue.deadLetterQueueUrl.endsWith('.fifo') && redriven.some(({ outcome }) => outcome === 'sent')
    const { senderId } = options
    if (!hasNextRound || options.stop.aborted)
      return { redriven: [...all.values()], elsewhere, ...(senderId !== undefined && { senderId }) }
  }
}

async function redriveRound(
  hold: DeadLetterHold,
  before: number,
  deadLetterQueue: DeadLetterQueue,
  options: RedriveOptions,
): Promise<RedriveReport> {
  const { deadLetters, counts } = hold
  const chosen = options.stop.aborted ? [] : deadLetters.filter(options.selects)
  const times = { nowMs: deadLetterQueue.clock.now(), ttlMs: options.ttlMs }
  const planned: PlannedMove[] = []
  const redriven: RedriveResult[] = []
  for (const held of chosen) {
    const deadLetter = withoutReceiptHandle(held)
    const plan = planRedrive(deadLetter, options.changes, times, before + chosen.length)
    if (plan.ok) planned.push(toPlannedMove(held, { deadLetter, outcome: 'planned', plan }, options.requestQueueUrl))
    else redriven.push({ deadLetter, outcome: 'refused', why: plan.why, todo: plan.todo })
  }
  redriven.push(
    ...(options.dryRun ? planned.map(({ record }) => record) : await moveAll(planned, hold, deadLetterQueue, options)),
  )
  return { redriven, elsewhere: countUnavailable(counts, deadLetters.length) }
}

function toPlannedMove(held: HeldDeadLetter, record: PlannedMove['record'], requestQueueUrl: string): PlannedMove {
  const { body, groupId, redriveCount } = record.plan
  const redriveCountAttribute = { redriveCount: { DataType: 'Number', StringValue: String(redriveCount) } }
  const fifo = { deduplicationId: sha256Hex(`${held.messageId}\n${redriveCount}`) }
  return {
    held,
    record,
    body,
    groupId,
    attributes: { ...held.otherAttributes, ...redriveCountAttribute },
    ...(requestQueueUrl.endsWith('.fifo') && fifo),
  }
}

async function moveAll(
  all: readonly PlannedMove[],
  hold: DeadLetterHold,
  deadLetterQueue: DeadLetterQueue,
  options: RedriveOptions,
): Promise<RedriveResult[]> {
  const slots = pLimit(options.requestQueueUrl.endsWith('.fifo') ? 1 : MAX_CONCURRENT_MOVES)
  const send = createBatchSender(deadLetterQueue.sqs, options.requestQueueUrl)
  const outcomes: RedriveResult[] = []
  let queueFailure: string | undefined
  const addOutcomes = (some: readonly PlannedMove[], outcome: RedriveOutcome, why?: string) => {
    for (const { record } of some)
      outcomes.push({ ...record, outcome, ...(why !== undefined && { why, todo: REDRIVE_AGAIN }) })
    options.moved?.(outcomes.length, all.length)
  }

  const moveBatch = async (batch: readonly PlannedMove[]): Promise<void> => {
    if (options.stop.aborted || queueFailure !== undefined) {
      addOutcomes(batch, 'unsent', queueFailure ?? STOPPED)
      return
    }
    const stillHeld = await hold.renew(batch.map(({ held }) => held))
    const ids = new Set(stillHeld.map(({ messageId }) => messageId))
    const movable = batch.filter(({ held }) => ids.has(held.messageId))
    addOutcomes(
      batch.filter((one) => !movable.includes(one)),
      'unsent',
      'its visibility timeout ended before it was sent',
    )
    try {
      const { sent, refused } = await send(movable, deadLetterQueue)
      const kept = await hold.remove(sent.map(({ held }) => held))
      addOutcomes(
        sent.filter(({ held }) => !kept.includes(held)),
        'sent',
      )
      addOutcomes(
        sent.filter(({ held }) => kept.includes(held)),
        'kept',
        'it was sent, but could not be removed',
      )
      for (const { message, why } of refused) addOutcomes([message], 'unsent', `the request queue refused it: ${why}`)
    } catch (error) {
      // The other batches would fail in the same way.
      queueFailure = `the request queue cannot be used: ${(error as Error).message}`
      addOutcomes(movable, 'unsent', queueFailure)
    }
  }
  await Promise.all([...splitIntoBatches(all)].map((batch) => slots(() => moveBatch(batch))))
  return outcomes
}
