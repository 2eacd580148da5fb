/** What a ledger has missed, looked up where it still shows: failures on the dead-letter queue, attachments in the CENs. */

import type { SQSClient } from '@aws-sdk/client-sqs'
import { listDeadLetters } from '../../lib/aws/dead-letter-queue.js'
import { isOpen } from '../../lib/campaigns/outcomes.js'
import { attachedResultFromCen, failedResultFromDeadLetter } from '../../lib/campaigns/rebuild.js'
import type { Ledger, LedgerEntry } from '../../lib/campaigns/store/ledger.js'
import type { Environment } from '../../lib/config/config.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { readInventory } from '../compose/inventory.js'
import { warn } from '../terminal/print.js'

/** How long a CEN's list may take, in milliseconds. */
const LIST_TIMEOUT_MS = 120_000

/** Appends what it finds; says on standard error what it found, and where it could not look. */
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
  warn(`looked up what was not heard: ${attached} attached, ${failed} failed, ${open} still open`)
}

async function fromDeadLetters(
  campaignId: string,
  ledger: Ledger,
  sqs: SQSClient,
  queueUrl: string | undefined,
): Promise<number> {
  if (!queueUrl) {
    warn('DEAD_LETTER_QUEUE_URL is not set: failures that nobody heard are not looked up')
    return 0
  }
  const deadLetterQueue = { sqs, deadLetterQueueUrl: queueUrl, clock: systemClock }
  const { letters: seen } = await listDeadLetters(deadLetterQueue, { stop: new AbortController().signal })
  const letters = [...seen]
    .sort((one, other) => one.sentAtMs - other.sentAtMs)
    .flatMap(
      ({ body, attributes, sentAtMs }) =>
        failedResultFromDeadLetter({ body, attributes, atMs: sentAtMs }, campaignId) ?? [],
    )
  const newResults = letters.filter(({ row, result }) => !ledger.outcomes.hasResult(row.request.requestId, result.id))
  // Where the rows are known, a letter of another request is somebody else's, whatever campaign it names.
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
    .filter(({ row, status, sentAtMs }) => isOpen(status) && sentAtMs !== undefined && !row.request.dryRun)
  if (open.length === 0) return 0
  const inventory = readInventory(env)
  let found = 0
  for (const cenId of new Set(open.map(({ row }) => row.request.attachment.cenId))) {
    const answer = await inventory.attachedTo(cenId, { deadlineMs: systemClock.now() + LIST_TIMEOUT_MS })
    if (!answer.ok) {
      const { code, advice } = answer.failure
      warn(`${cenId} could not be looked at: ${code}: ${advice}`)
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
