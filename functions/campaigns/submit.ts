/** Submits a file as a campaign: sends its outstanding rows and, if requested, follows them. */
import type { RegionFailures } from '../../lib/campaigns/canary.js'
import type { Expectations } from '../../lib/campaigns/expectations.js'
import { countUnsettled } from '../../lib/campaigns/facts/row-status.js'
import { findOutstanding, type Outstanding } from '../../lib/campaigns/outstanding.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import { createMemoryAppendLog } from '../../lib/campaigns/store/append-log.js'
import { createLedger, type Ledger } from '../../lib/campaigns/store/ledger.js'
import type { Attachment } from '../../lib/domain/attachment.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { print, printJson, UsageError, warn } from '../terminal/print.js'
import type { OpenConsole } from './console.js'
import type { CampaignOptions } from './options.js'
import { combineReporters, createEventReporter, createTerminalReporter } from './progress-reporter.js'
import { type CampaignRunResult, drainFeed, runCampaign } from './run.js'
import { printSummary } from './summary.js'
import type { CampaignTransport } from './transport.js'

interface Submission {
  readonly rows: readonly PlannedRow[]
  /** Absent: no ledger is kept, and only a transport that receives all results can follow the rows. */
  readonly campaignId?: string | undefined
  /** Whether to follow the campaign to its end, and print every row. */
  readonly watch: boolean
  readonly keepFeed?: boolean | undefined
  readonly messages?: readonly string[]
  /** Asked with the rows that would be sent, before the first; rejects if they must not be sent. */
  readonly confirm?: (rows: readonly PlannedRow[]) => Promise<void>
  readonly expect?: Expectations | undefined
  /** Which rows that wait for a grant are waited for, unless the options request all of them. */
  readonly waitsForParked?: (parked: Attachment) => boolean
  readonly stop: AbortSignal
  /** With a console the campaign is followed until `stop`. */
  readonly console?: OpenConsole | undefined
  /** The form of `--json`. */
  readonly jsonAs: 'summary' | 'events'
}

/** Resolves to the exit code. Throws wrong use if rows contradict those that the campaign has sent. */
export async function submitCampaign(
  transport: CampaignTransport,
  submission: Submission,
  options: CampaignOptions,
): Promise<number> {
  const { campaignId, watch, stop } = submission
  const clock = systemClock
  const isRecorded = campaignId !== undefined && !options.dryRun
  const ledger = createLedger(isRecorded ? await transport.appendLog(campaignId) : createMemoryAppendLog())
  await ledger.catchUp()
  const nowMs = clock.now()
  const findOutstandingRows = () => findOutstanding(submission.rows, ledger, nowMs)
  refuseFaults(findOutstandingRows())
  const isResumed = ledger.outcomes.totals().rows > 0
  const confirm = ({ send }: Outstanding) => submission.confirm?.(send.map(({ row }) => row))
  // Results that were missed may change which rows are sent.
  if (!isResumed) await confirm(findOutstandingRows())
  const hadFeed = await transport.hasFeed(ledger)
  const feed = campaignId !== undefined || watch ? await transport.openFeed(campaignId ?? '', ledger) : undefined
  if (watch && !feed) throw new UsageError([NO_TOPIC])
  if (isResumed && feed && hadFeed) await drainFeed(feed, ledger, campaignId)
  if (isResumed && !hadFeed) await transport.recoverResults(campaignId ?? '', ledger)
  if (feed && !hadFeed) await ledger.append({ entry: 'feed-complete' })
  const outstanding = findOutstandingRows()
  try {
    if (isResumed) await confirm(outstanding)
  } catch (error) {
    if (!hadFeed) await transport.closeFeed(ledger)
    throw error
  }
  await ledger.append(
    ...(campaignId === undefined
      ? []
      : [{ entry: 'campaign' as const, version: 1 as const, atMs: nowMs, campaignId, ...urlsOf(transport) }]),
    ...outstanding.send.map(({ row }) => ({ entry: 'row' as const, row })),
  )
  const senderId = outstanding.send.length > 0 ? await transport.senderId() : undefined
  // A followed campaign prints events; one that is only sent prints one object.
  const as = !options.json ? 'table' : watch ? submission.jsonAs : 'summary'
  const outputReporter = as === 'events' ? createEventReporter() : createTerminalReporter()
  let reporter = outputReporter
  if (!options.json) printNotSentAgain(outstanding)
  const sendOnly = !watch && options.canary === undefined
  const { canary: perRegion, canaryFailures: maxPercent } = options
  let result: CampaignRunResult
  try {
    if (submission.console)
      reporter = combineReporters(outputReporter, await submission.console(transport, ledger, campaignId))
    result = await runCampaign({
      sqs: transport.sqs,
      requestQueueUrl: transport.requestQueueUrl,
      ledger,
      send: outstanding.send,
      senderId,
      messages: submission.messages ?? [],
      feed: sendOnly ? undefined : feed,
      campaignId,
      watch,
      openEnded: submission.console !== undefined,
      waitsForParked: options.waitParked ? () => true : submission.waitsForParked,
      ...(perRegion !== undefined && { canary: { perRegion, maxPercent } }),
      perSecond: options.rate,
      groups: options.groups,
      stop,
      clock,
      reporter,
    })
  } finally {
    reporter.stop()
    if (watch ? !submission.keepFeed : isDone(ledger)) await transport.closeFeed(ledger)
  }
  printFailedCanary(result.failing, outstanding.send.length - result.sent)
  if (!watch) return printSent(result, outstanding, submission, transport, options)
  const frame = { campaignId, startedAtMs: ledger.startedAtMs() ?? nowMs, nowMs: clock.now() }
  const { outcomes } = ledger
  const { expect } = submission
  const interrupted = stop.aborted && !(submission.console && isSettledAll(ledger))
  return printSummary({ outcomes, frame, expect, interrupted, reports: options.report ?? [], as })
}

/** Whether every row is final or waits for a grant. */
const isSettledAll = ({ outcomes }: Ledger): boolean => countUnsettled(outcomes.totals()) === 0

/** Whether every row is final. */
const isDone = ({ outcomes }: Ledger): boolean => {
  const totals = outcomes.totals()
  return countUnsettled(totals) + totals.grantRequired === 0
}

const NO_TOPIC = 'RESULT_TOPIC_ARN is not set, and there is no --topic-arn: results could not be received'

function refuseFaults({ faults }: Outstanding): void {
  if (faults.length > 0) throw new UsageError(faults.map(({ where, path, message }) => `${where}: ${path} ${message}`))
}

const urlsOf = ({ requestQueueUrl, resultTopicArn }: CampaignTransport) => ({
  requestQueueUrl,
  ...(resultTopicArn !== undefined && { resultTopicArn }),
})

function printNotSentAgain({ attached, detached, underWay }: Outstanding): void {
  if (attached + detached + underWay > 0) {
    const done =
      detached > 0
        ? `${attached} rows that are attached, ${detached} that are detached`
        : `${attached} rows that are attached`
    warn(`not sent again: ${done}, ${underWay} that are under way`)
  }
}

function printFailedCanary(failing: readonly RegionFailures[], left: number): void {
  for (const { regionId, action, rows, failed } of failing)
    warn(`canary: ${failed} of ${rows} rows of ${regionId} did not ${action}`)
  if (failing.length > 0)
    warn(
      `${left} rows were not sent. Correct the cause and submit the file again, or allow more with --canary-failures`,
    )
}

/** The output for a campaign that is not followed. */
function printSent(
  { sent, failing }: CampaignRunResult,
  { send, attached, detached, underWay }: Outstanding,
  { rows, campaignId, stop }: Submission,
  { requestQueueUrl }: CampaignTransport,
  { json }: CampaignOptions,
): number {
  const whole = sent === send.length
  if (json) {
    const sentRows = rows.map(({ where, request }) => ({ where, requestId: request.requestId }))
    printJson({ sent, attached, detached, underWay, ...(campaignId !== undefined && { campaignId }), rows: sentRows })
  } else print(`${sent} requests are on ${requestQueueUrl}`)
  if (stop.aborted && !whole) {
    const rest =
      campaignId === undefined
        ? 'without a campaign, submitting the file again sends all of it'
        : `submitting the file again with --campaign ${campaignId} sends the rest`
    warn(`interrupted: ${sent} of ${send.length} rows are on the queue; ${rest}`)
  } else if (campaignId !== undefined && !json && failing.length === 0 && sent + underWay > 0)
    warn(`follow it with: cen-attach watch ${campaignId}`)
  return whole ? 0 : 1
}
