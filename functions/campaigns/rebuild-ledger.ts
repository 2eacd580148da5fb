/** Recovers results that a ledger missed: failures from the dead-letter queue, attachments from the CENs. */

import type { SQSClient } from '@aws-sdk/client-sqs'
import { listDeadLetters } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { isOpen } from '../../lib/campaigns/outcomes.js'
import { attachedResultFromCen, failedResultFromDeadLetter } from '../../lib/campaigns/rebuild.js'
import type { Ledger, LedgerEntry } from '../../lib/campaigns/store/ledger.js'
import type { Environment } from '../../lib/config/config.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { listingLimits, readInventory } from '../compose/inventory.js'
import { warn } from '../terminal/print.js'

/** Appends the recovered results; prints their counts, and what could not be read, on standard error. */
export async function rebuildLedger(
  campaignId: string,
  ledger: Ledger,
  sqs: SQSClient,
  env: Environment,
): Promise<void> {
  const failed = await fromDeadLetters(campaignId, ledger, sqs, env.DEAD_LETTER_QUEUE_URL)
  const attached = await fromCens(ledger, env)
  const { pending, grantRequired } = ledger.outcomes.totals()
  const open = pending + grantRequired
  warn(`recovered results: ${attached} attached, ${failed} failed, ${open} still open`)
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
  const { letters: seen } = await listDeadLetters(deadLetterQueue, { stop: new AbortController().signal })
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

async function fromCens(ledger: Ledger, env: Environment): Promise<number> {
  const open = ledger.outcomes
    .trackedRows()
    .filter(
      ({ row: { request }, status, sentAtMs }) =>
        isOpen(status) && sentAtMs !== undefined && !request.dryRun && request.action === 'attach',
    )
  if (open.length === 0) return 0
  const inventory = readInventory(env)
  let found = 0
  for (const cenId of new Set(open.map(({ row }) => row.request.attachment.cenId))) {
    const answer = await inventory.attachedTo(cenId, listingLimits())
    if (!answer.ok) {
      const { code, advice } = answer.failure
      warn(`${cenId} could not be read: ${code}: ${advice}`)
      continue
    }
    const attached = new Map(
      answer.value
        .filter(({ Status }) => Status.toLowerCase() === 'attached')
        .map(({ ChildInstanceId, ChildInstanceAttachTime = '' }) => [
          ChildInstanceId,
          Date.parse(ChildInstanceAttachTime),
        ]),
    )
    for (const { row, sentAtMs = 0 } of open) {
      const atMs =
        row.request.attachment.cenId === cenId ? attached.get(row.request.attachment.childInstanceId) : undefined
      if (atMs === undefined) continue
      found += 1
      await ledger.append({
        entry: 'result',
        result: attachedResultFromCen(row, atMs || sentAtMs, sentAtMs),
        from: 'cen',
      })
    }
  }
  await ledger.catchUp()
  return found
}
