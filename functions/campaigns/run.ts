/** Runs a campaign: sends the outstanding rows, records and reports results, until the campaign is over. */
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { ResultFeed } from '../../lib/aws/campaign-feed.js'
import { type OutgoingRequest, sendMessages } from '../../lib/aws/send-messages.js'
import { failingRegions, type RegionFailures, splitCanary } from '../../lib/campaigns/canary.js'
import type { RowStatus } from '../../lib/campaigns/facts/row-status.js'
import { isSettled } from '../../lib/campaigns/outcomes.js'
import type { RowToSend } from '../../lib/campaigns/outstanding.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import { type Ledger, sentEntries } from '../../lib/campaigns/store/ledger.js'
import { type Attachment, idempotencyKey, tenantOf } from '../../lib/domain/attachment.js'
import type { Clock } from '../../lib/domain/clock.js'
import { effectOf, resultId } from '../../lib/domain/messages/result.js'
import type { ProgressReporter } from './progress-reporter.js'

interface CampaignRun {
  readonly sqs: SQSClient
  readonly requestQueueUrl: string
  readonly ledger: Ledger
  readonly send: readonly RowToSend[]
  /** The sender as the queue will report it; absent if unknown. */
  readonly senderId?: string | undefined
  /** Bodies that are sent besides the rows; their results are waited for, too. */
  readonly messages?: readonly string[]
  /** Absent: no results are received, and the run ends when all is sent. */
  readonly feed?: ResultFeed | undefined
  /** Present: results of other campaigns are dropped. */
  readonly campaignId?: string | undefined
  readonly watch: boolean
  /** Whether unknown rows may appear: the run then ends with `stop` only. */
  readonly openEnded?: boolean
  /** Which rows that wait for a grant are waited for; by default none. */
  readonly waitsForParked?: ((parked: Attachment) => boolean) | undefined
  readonly canary?: { readonly perRegion: number; readonly maxPercent: number } | undefined
  readonly perSecond?: number | undefined
  /** False: send without MessageGroupId. */
  readonly groups?: boolean | undefined
  readonly stop: AbortSignal
  readonly clock: Clock
  readonly reporter: ProgressReporter
}

export interface CampaignRunResult {
  readonly sent: number
  /** The regions whose canary failed; the other rows were then not sent. */
  readonly failing: readonly RegionFailures[]
}

const CANARY_POLL_MS = 200
const NO_GROUPS =
  'the queue refuses MessageGroupId: the rows are sent without it, so fair queueing between accounts is off (--no-groups turns it off from the start)'

/** Rejects if the queue refuses a message or cannot be reached; the ledger has what was sent until then. */
export async function runCampaign(run: CampaignRun): Promise<CampaignRunResult> {
  const { ledger, feed, reporter, clock, messages = [], waitsForParked = () => false } = run
  const { outcomes } = ledger
  const stopping = new AbortController()
  if (run.stop.aborted) stopping.abort()
  run.stop.addEventListener('abort', () => stopping.abort())
  let failing: readonly RegionFailures[] = []

  let groups = run.groups
  const ungrouped = () => {
    groups = false
    reporter.note?.(NO_GROUPS)
  }
  const send = (sendings: readonly RowToSend[], extraBodies: readonly string[] = []): Promise<number> => {
    const outgoing = [...sendings.map(toOutgoing), ...extraBodies.map(toExtraOutgoing)]
    const rules = { clock, perSecond: run.perSecond, stop: stopping.signal, groups, ungrouped }
    return sendMessages(run.sqs, run.requestQueueUrl, outgoing, (taken, atMs) => note(sendings, taken, atMs), rules)
  }
  const note = (sendings: readonly RowToSend[], taken: readonly number[], atMs: number): Promise<void> => {
    const rows = taken.flatMap((index) => sendings[index] ?? [])
    return ledger.append(
      ...sentEntries(
        rows.map(({ row, redriveCount }) => ({ requestId: row.request.requestId, redriveCount })),
        atMs,
        run.senderId,
      ),
    )
  }
  const sendAll = async (): Promise<number> => {
    if (!run.canary) return send(run.send, messages)
    const { canary, rest } = splitCanary(run.send, run.canary.perRegion)
    const first = await send(canary)
    const isCanarySettled = () => canary.every(({ row }) => isSettled(outcomes.status(row.request.requestId)))
    while (!stopping.signal.aborted && !isCanarySettled()) await clock.sleep(CANARY_POLL_MS, stopping.signal)
    failing = stopping.signal.aborted ? [] : failingRegions(canary, outcomes, run.canary.maxPercent)
    return failing.length > 0 || stopping.signal.aborted ? first : first + (await send(rest, messages))
  }
  const show = async () => reporter.report(await ledger.catchUp(), outcomes)
  const isAwaited = ({ row, status }: { row: PlannedRow; status: RowStatus }) =>
    status === 'grant-required' && waitsForParked(row.request.attachment)
  const isOver = (): boolean => {
    const { pending, grantRequired } = outcomes.totals()
    if (run.openEnded || pending > 0 || (grantRequired > 0 && outcomes.trackedRows().some(isAwaited))) return false
    return outcomes.unrelatedResults().length >= messages.length
  }

  await show()
  let sending = true
  const sender = sendAll().finally(() => {
    sending = false
  })
  sender.catch(() => stopping.abort())
  while (feed && !stopping.signal.aborted && (sending || (run.watch && failing.length === 0))) {
    if (!sending) await show()
    if (!sending && isOver()) break
    await collectResults(feed, ledger, run.campaignId)
    await show()
  }
  const sent = await sender.finally(show)
  // All results until now are recorded, since the feed may be deleted.
  if (feed && run.watch && (run.stop.aborted || failing.length > 0)) await drainFeed(feed, ledger, run.campaignId)
  return { sent, failing }
}

function toOutgoing({ row, redriveCount }: RowToSend): OutgoingRequest {
  const { body, request } = row
  return {
    body,
    fairGroup: tenantOf(request.attachment),
    // An attach and a detach of one network keep their order.
    orderGroup: idempotencyKey(request.attachment),
    deduplicationId: resultId(request, effectOf(request.action), redriveCount),
    ...(redriveCount !== undefined && { redriveCount }),
  }
}

const toExtraOutgoing = (body: string, index: number): OutgoingRequest => ({
  body,
  fairGroup: 'extra',
  orderGroup: `extra-${index}`,
  deduplicationId: `extra-${index}`,
})

/** Receives up to 10 results, records them, and then deletes their messages. Resolves to their count. */
export async function collectResults(
  feed: ResultFeed,
  ledger: Ledger,
  campaignId: string | undefined,
): Promise<number> {
  const { results, deleteMessages } = await feed.receive()
  const own = results.filter(({ data }) => !campaignId || data.campaignId === campaignId)
  await ledger.append(...own.map((result) => ({ entry: 'result' as const, result })))
  await deleteMessages()
  return results.length
}

/** Collects results until the feed is empty. */
export async function drainFeed(feed: ResultFeed, ledger: Ledger, campaignId: string | undefined): Promise<void> {
  while ((await collectResults(feed, ledger, campaignId)) > 0);
  await ledger.catchUp()
}
