/** Moves chosen letters from the dead-letter queue back to the request queue: sent first, removed then. */
import pLimit from 'p-limit'
import { sha256Hex } from '../digest.js'
import {
  type Changes,
  type GoodPlan,
  planRedrive,
  type Redriven,
  type RedriveOutcome,
  type RedriveReport,
} from '../redrive-plan.js'
import { batchesOf } from './batch-size.js'
import { type Desk, type Holding, type Reading, withLetters } from './dead-letter-queue.js'
import { type HeldLetter, withoutHold } from './held-letter.js'
import { elsewhereOf } from './letter-list.js'
import { type OutgoingMessage, sendBatch } from './send-batches.js'

export interface RedriveOrder extends Reading {
  readonly requestQueueUrl: string
  readonly selects: (letter: HeldLetter) => boolean
  readonly changes: Changes
  /** How long a request lives that names no `notAfter`, in milliseconds. */
  readonly ttlMs: number
  /** Who sends them, as the queue will name them; absent if that is not known. */
  readonly senderId?: string | undefined
  /** Plans, and sends nothing. */
  readonly dryRun: boolean
  /** Told after every batch: how many are done, of how many. */
  readonly moved?: (done: number, all: number) => void
}

/** What is to be moved: its letter in hand, its message, and what is told of it. */
interface Planned extends OutgoingMessage {
  readonly held: HeldLetter
  readonly told: Redriven & { readonly plan: GoodPlan }
}

const MOVES_AT_ONCE = 4
const STOPPED = 'it was stopped before it came to this one'
const AGAIN = 'it is still on the dead-letter queue; redrive again'

/** Rejects only where the dead-letter queue cannot be read; what is wrong with one letter is said of that letter. */
export async function redriveLetters(desk: Desk, order: RedriveOrder): Promise<RedriveReport> {
  const all = new Map<string, Redriven>()
  for (;;) {
    const round = (holding: Holding) => redriveHeld(holding, all.size, desk, order)
    const { redriven, elsewhere } = await withLetters(desk, order, round)
    for (const one of redriven) all.set(one.letter.messageId, one)
    // A FIFO queue shows what stood behind the first of a group only when those have gone.
    const more = desk.deadLetterQueueUrl.endsWith('.fifo') && redriven.some(({ outcome }) => outcome === 'sent')
    const { senderId } = order
    if (!more || order.stop.aborted)
      return { redriven: [...all.values()], elsewhere, ...(senderId !== undefined && { senderId }) }
  }
}

async function redriveHeld(holding: Holding, before: number, desk: Desk, order: RedriveOrder): Promise<RedriveReport> {
  const { letters, facts } = holding
  const chosen = order.stop.aborted ? [] : letters.filter(order.selects)
  const times = { nowMs: desk.clock.now(), ttlMs: order.ttlMs }
  const planned: Planned[] = []
  const redriven: Redriven[] = []
  for (const held of chosen) {
    const letter = withoutHold(held)
    const plan = planRedrive(letter, order.changes, times, before + chosen.length)
    if (plan.ok) planned.push(toPlanned(held, { letter, outcome: 'planned', plan }, order.requestQueueUrl))
    else redriven.push({ letter, outcome: 'refused', why: plan.why, todo: plan.todo })
  }
  redriven.push(...(order.dryRun ? planned.map(({ told }) => told) : await move(planned, holding, desk, order)))
  return { redriven, elsewhere: elsewhereOf(facts, letters.length) }
}

function toPlanned(held: HeldLetter, told: Planned['told'], requestQueueUrl: string): Planned {
  const { body, groupId, redriveCount } = told.plan
  const counted = { redriveCount: { DataType: 'Number', StringValue: String(redriveCount) } }
  const fifo = { deduplicationId: sha256Hex(`${held.messageId}\n${redriveCount}`) }
  return {
    held,
    told,
    body,
    groupId,
    attributes: { ...held.carried, ...counted },
    ...(requestQueueUrl.endsWith('.fifo') && fifo),
  }
}

async function move(all: readonly Planned[], holding: Holding, desk: Desk, order: RedriveOrder): Promise<Redriven[]> {
  const slots = pLimit(order.requestQueueUrl.endsWith('.fifo') ? 1 : MOVES_AT_ONCE)
  const outcomes: Redriven[] = []
  let broken: string | undefined
  const tell = (some: readonly Planned[], outcome: RedriveOutcome, why?: string) => {
    for (const { told } of some) outcomes.push({ ...told, outcome, ...(why !== undefined && { why, todo: AGAIN }) })
    order.moved?.(outcomes.length, all.length)
  }

  const moveBatch = async (batch: readonly Planned[]): Promise<void> => {
    if (order.stop.aborted || broken !== undefined) {
      tell(batch, 'unsent', broken ?? STOPPED)
      return
    }
    const inHand = await holding.renew(batch.map(({ held }) => held))
    const ids = new Set(inHand.map(({ messageId }) => messageId))
    const ours = batch.filter(({ held }) => ids.has(held.messageId))
    tell(
      batch.filter((one) => !ours.includes(one)),
      'unsent',
      'its hold ran out before its turn came',
    )
    try {
      const { sent, refused } = await sendBatch(desk.sqs, order.requestQueueUrl, ours, desk)
      const kept = await holding.remove(sent.map(({ held }) => held))
      tell(
        sent.filter(({ held }) => !kept.includes(held)),
        'sent',
      )
      tell(
        sent.filter(({ held }) => kept.includes(held)),
        'kept',
        'it was sent, but could not be removed',
      )
      for (const { message, why } of refused) tell([message], 'unsent', `the request queue refused it: ${why}`)
    } catch (error) {
      // What one call met, the others would meet, too.
      broken = `the request queue cannot be used: ${(error as Error).message}`
      tell(ours, 'unsent', broken)
    }
  }
  await Promise.all([...batchesOf(all)].map((batch) => slots(() => moveBatch(batch))))
  return outcomes
}
