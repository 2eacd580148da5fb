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
import { type Desk, type Holding, type Reading, withLetters } from './dead-letter-queue.js'
import type { HeldLetter } from './held-letter.js'
import { elsewhereOf } from './letter-list.js'
import { batchesOf, type Outgoing, sendBatch } from './send-batches.js'

export interface RedriveOrder extends Reading {
  readonly requestQueueUrl: string
  readonly selects: (letter: HeldLetter) => boolean
  readonly changes: Changes
  /** How long a request lives that names no `notAfter`, in milliseconds. */
  readonly ttlMs: number
  /** Plans, and sends nothing. */
  readonly dryRun: boolean
  /** Told after every batch: how many are done, of how many. */
  readonly moved?: (done: number, all: number) => void
}

type Planned = Redriven & Outgoing & { readonly letter: HeldLetter; readonly plan: GoodPlan }

const MOVES_AT_ONCE = 4
const STOPPED = 'it was stopped before it came to this one'
const AGAIN = 'it is still on the dead-letter queue; redrive again'

/** Rejects only where the dead-letter queue cannot be read; what is wrong with one letter is said of that letter. */
export async function redriveLetters(desk: Desk, order: RedriveOrder): Promise<RedriveReport> {
  const all = new Map<string, Redriven>()
  for (;;) {
    const { redriven, elsewhere } = await withLetters(desk, order, (holding) => redriveHeld(holding, desk, order))
    for (const one of redriven) all.set(one.letter.messageId, one)
    // A FIFO queue shows what stood behind the first of a group only when those have gone.
    const more = desk.deadLetterQueueUrl.endsWith('.fifo') && redriven.some(({ outcome }) => outcome === 'sent')
    if (!more || order.stop.aborted) return { redriven: [...all.values()], elsewhere }
  }
}

async function redriveHeld(holding: Holding, desk: Desk, order: RedriveOrder): Promise<RedriveReport> {
  const { letters, facts } = holding
  const chosen = order.stop.aborted ? [] : letters.filter(order.selects)
  const plans = chosen.map((letter) => planOne(letter, chosen.length, desk, order))
  const good = plans.filter((one): one is Planned => one.outcome === 'planned')
  const redriven: Redriven[] = plans.filter(({ outcome }) => outcome === 'refused')
  if (order.dryRun) redriven.push(...good)
  else redriven.push(...(await move(good, holding, desk, order)))
  return { redriven, elsewhere: elsewhereOf(facts, letters.length) }
}

function planOne(letter: HeldLetter, count: number, desk: Desk, order: RedriveOrder): Redriven | Planned {
  const times = { nowMs: desk.clock.now(), ttlMs: order.ttlMs }
  const plan = planRedrive(letter, order.changes, times, count)
  if (!plan.ok) return { letter, outcome: 'refused', why: plan.why, todo: plan.todo }
  const { body, groupId, redriveCount } = plan
  const counted = { redriveCount: { DataType: 'Number', StringValue: String(redriveCount) } }
  const fifo = { deduplicationId: sha256Hex(`${letter.messageId}\n${redriveCount}`) }
  return {
    letter,
    outcome: 'planned',
    plan,
    body,
    groupId,
    attributes: { ...letter.carried, ...counted },
    ...(order.requestQueueUrl.endsWith('.fifo') && fifo),
  }
}

async function move(good: readonly Planned[], holding: Holding, desk: Desk, order: RedriveOrder): Promise<Redriven[]> {
  const slots = pLimit(order.requestQueueUrl.endsWith('.fifo') ? 1 : MOVES_AT_ONCE)
  const outcomes: Redriven[] = []
  let broken: string | undefined
  const tell = (some: readonly Redriven[], outcome: RedriveOutcome, why?: string) => {
    for (const { letter, plan } of some)
      outcomes.push({ letter, outcome, ...(plan && { plan }), ...(why !== undefined && { why, todo: AGAIN }) })
    order.moved?.(outcomes.length, good.length)
  }

  const moveBatch = async (batch: readonly Planned[]): Promise<void> => {
    if (order.stop.aborted || broken !== undefined) {
      tell(batch, 'unsent', broken ?? STOPPED)
      return
    }
    const held = new Set((await holding.renew(batch.map(({ letter }) => letter))).map(({ messageId }) => messageId))
    const ours = batch.filter(({ letter }) => held.has(letter.messageId))
    tell(
      batch.filter((one) => !ours.includes(one)),
      'unsent',
      'its hold ran out before its turn came',
    )
    try {
      const { sent, refused } = await sendBatch(desk.sqs, order.requestQueueUrl, ours, desk.clock)
      const kept = new Set(await holding.remove(sent.map(({ letter }) => letter)))
      tell(
        sent.filter(({ letter }) => !kept.has(letter)),
        'sent',
      )
      tell(
        sent.filter(({ letter }) => kept.has(letter)),
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
  await Promise.all([...batchesOf(good)].map((batch) => slots(() => moveBatch(batch))))
  return outcomes
}
