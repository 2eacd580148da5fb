/** Recovers results that a ledger missed: failures from the dead-letter queue, the rest from the CENs. */
import type { SQSClient } from '@aws-sdk/client-sqs'
import { listDeadLetters } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { groupBy } from '../../lib/campaigns/facts/groups.js'
import { isOpen } from '../../lib/campaigns/outcomes.js'
import { failedResultFromDeadLetter, resultFromCen } from '../../lib/campaigns/rebuild.js'
import type { Ledger, LedgerEntry } from '../../lib/campaigns/store/ledger.js'
import type { Environment } from '../../lib/config/config.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { listingLimits, readInventory } from '../compose/inventory.js'
import { explainReadErrors } from '../dead-letters/reading.js'
import { warn } from '../terminal/print.js'

/** Appends the recovered results; prints their counts, and what could not be read, on standard error. */
export async function rebuildLedger(
  campaignId: string,
  ledger: Ledger,
  sqs: SQSClient,
  env: Environment,
): Promise<void> {
  const failed = await fromDeadLetters(campaignId, ledger, sqs, env.DEAD_LETTER_QUEUE_URL)
  const { attached, detached } = await fromCens(ledger, env)
  const { pending, grantRequired } = ledger.outcomes.totals()
  const open = pending + grantRequired
  const done = detached > 0 ? `${attached} attached, ${detached} detached` : `${attached} attached`
  warn(`recovered results: ${done}, ${failed} failed, ${open} still open`)
}

async function fromDeadLetters(
  campaignId: string,
  ledger: Ledger,
  sqs: SQSClient,
  queueUrl: string | undefined,
): Promise<number> {
  if (!queueUrl) {
    warn('DEAD_LETTER_QUEUE_URL is not set: missed failures are not recovered')
    return 0
  }
  const deadLetterQueue = { sqs, deadLetterQueueUrl: queueUrl, clock: systemClock }
  const reading = listDeadLetters(deadLetterQueue, { stop: new AbortController().signal })
  const { letters: seen } = await explainReadErrors(queueUrl, reading)
  const letters = [...seen]
    .sort((one, other) => one.sentAtMs - other.sentAtMs)
    .flatMap((deadLetter) => failedResultFromDeadLetter(deadLetter, campaignId) ?? [])
  const newResults = letters.filter(({ row, result }) => !ledger.outcomes.hasResult(row.request.requestId, result.id))
  // If the rows are known, a dead letter of another request is foreign, whatever campaign it names.
  const rowsAreKnown = ledger.outcomes.totals().rows > 0
  let failed = 0
  for (const { row, result } of newResults) {
    const { requestId } = row.request
    const isNew = !rowsAreKnown && ledger.row(requestId) === undefined
    const atMs = Date.parse(result.data.requestedAt)
    await ledger.append(
      ...(isNew
        ? ([
            { entry: 'row', row },
            { entry: 'sent', atMs, requestIds: [requestId] },
          ] satisfies LedgerEntry[])
        : []),
      { entry: 'result', result, from: 'dead-letter' },
    )
    await ledger.catchUp()
    if (ledger.outcomes.isOwn(result)) failed += 1
  }
  return failed
}

/** Counts of the results that the lists of the CENs gave. */
async function fromCens(ledger: Ledger, env: Environment): Promise<{ attached: number; detached: number }> {
  const found = { attached: 0, detached: 0 }
  const open = ledger.outcomes
    .trackedRows()
    .filter(({ row: { request }, status, sentAtMs }) => isOpen(status) && sentAtMs !== undefined && !request.dryRun)
  if (open.length === 0) return found
  const inventory = readInventory(env)
  let unknown = 0
  for (const { name: cenId, rows } of groupBy(open, ({ row }) => row.request.attachment.cenId)) {
    const readAtMs = systemClock.now()
    const answer = await inventory.attachments(cenId, listingLimits())
    if (!answer.ok) {
      const { code, advice } = answer.failure
      warn(`${cenId} could not be read: ${code}: ${advice}`)
      continue
    }
    const { entries, unread } = answer.value
    for (const one of unread) warn(`not read: ${one}`)
    const byId = new Map(entries.map((entry) => [entry.childInstanceId, entry]))
    for (const { row, sentAtMs = 0 } of rows) {
      const entry = byId.get(row.request.attachment.childInstanceId)
      const result = resultFromCen(row, { entry, isComplete: unread.length === 0, readAtMs }, sentAtMs)
      if (result) {
        found[result.data.outcome === 'detached' ? 'detached' : 'attached'] += 1
        await ledger.append({ entry: 'result', result, from: 'cen' })
      } else if (row.request.action === 'attach' && entry?.status === 'attached') unknown += 1
    }
  }
  if (unknown > 0)
    warn(
      `${unknown} rows are attached to an Enterprise Edition router, and a list does not show how they are routed: they stay open; submitting them in another campaign gives their results`,
    )
  await ledger.catchUp()
  return found
}
