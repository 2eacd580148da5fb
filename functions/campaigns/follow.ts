/** Follows a campaign that was submitted before, on this machine or another one. */
import { countUnsettled } from '../../lib/campaigns/facts/row-status.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import { type CampaignHeader, createLedger, type Ledger, sentEntries } from '../../lib/campaigns/store/ledger.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { readPlan } from '../terminal/input-files.js'
import { UsageError, warn } from '../terminal/print.js'
import { deadLetterQueue, resultTopic, usableResources } from '../terminal/resources.js'
import type { OpenConsole } from './console.js'
import { hasLedger, ledgerFolder } from './ledger-files.js'
import type { FollowOptions, ReportFile } from './options.js'
import {
  combineReporters,
  createEventReporter,
  createTerminalReporter,
  type ProgressReporter,
} from './progress-reporter.js'
import { runCampaign } from './run.js'
import { printSummary } from './summary.js'
import { type CampaignTransport, createAwsTransport, explainTransportErrors } from './transport.js'

/** Resolves to the exit code. */
export async function followCampaign(
  campaignId: string,
  options: FollowOptions,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  console?: OpenConsole,
): Promise<number> {
  const folder = ledgerFolder(options.ledger, env)
  const { REQUEST_QUEUE_URL: requestQueueUrl = '', RESULT_TOPIC_ARN: resultTopicArn } = usableResources(env, [
    { setting: 'REQUEST_QUEUE_URL' },
    resultTopic(options.topicArn),
    deadLetterQueue(options.dlqUrl),
  ])
  const isKnown = hasLedger(folder, campaignId, requestQueueUrl || undefined)
  const defaults = { campaignId, ...(options.detach && { action: 'detach' as const }) }
  const rows = options.rows === undefined ? [] : readPlan(options.rows, defaults)
  if (!isKnown && resultTopicArn === undefined)
    throw new UsageError([
      `there is no ledger of ${campaignId} in ${folder}`,
      'without one RESULT_TOPIC_ARN or --topic-arn is needed to receive its results; or name the folder with --ledger',
    ])
  const transport = (header: { requestQueueUrl?: string; resultTopicArn?: string } = {}) =>
    createAwsTransport(
      env,
      {
        requestQueueUrl: header.requestQueueUrl ?? requestQueueUrl,
        resultTopicArn: resultTopicArn ?? header.resultTopicArn,
      },
      folder,
    )
  return followToEnd(transport, { ...options, campaignId, isKnown, rows, stop, console })
}

interface FollowedCampaign {
  readonly campaignId: string
  /** Whether there is a ledger of it here. */
  readonly isKnown: boolean
  /** Its rows, if they are known. */
  readonly rows: readonly PlannedRow[]
  readonly waitParked?: boolean
  readonly keepQueue?: boolean
  readonly report?: readonly ReportFile[]
  readonly json?: boolean
  readonly stop: AbortSignal
  /** With a console the campaign is followed until `stop`. */
  readonly console?: OpenConsole | undefined
}

/** Resolves to the exit code. `transportFor` gives the transport that the ledger's header names. */
async function followToEnd(
  transportFor: (header?: CampaignHeader) => CampaignTransport,
  watching: FollowedCampaign,
): Promise<number> {
  const { campaignId, isKnown, rows, stop } = watching
  const clock = systemClock
  const nowMs = clock.now()
  const ledger = createLedger(await transportFor().appendLog(campaignId))
  await ledger.catchUp()
  const transport = transportFor(ledger.header())
  if (!isKnown) {
    printUnknownCampaign(watching)
    await ledger.append({ entry: 'campaign', version: 1, atMs: nowMs, campaignId })
  }
  const newRows = rows.filter(({ request }) => ledger.row(request.requestId) === undefined)
  const requests = newRows.map(({ request }) => request)
  // Another machine has sent them, at an unknown time.
  await ledger.append(...newRows.map((row) => ({ entry: 'row' as const, row })), ...sentEntries(requests, nowMs))
  const outputReporter = watching.json ? createEventReporter() : createTerminalReporter()
  // Before the feed, so that the feed of another follower stays if the page cannot be opened.
  const reporter = watching.console
    ? combineReporters(outputReporter, await watching.console(transport, ledger, campaignId))
    : outputReporter
  let unknown = false
  try {
    unknown = await explainTransportErrors(transport, follow(transport, ledger, watching, reporter))
  } finally {
    reporter.stop()
  }
  const frame = { campaignId, startedAtMs: ledger.startedAtMs() ?? nowMs, nowMs: clock.now() }
  const interrupted = stop.aborted && !unknown && !(watching.console && countUnsettled(ledger.outcomes.totals()) === 0)
  const as = watching.json ? 'events' : 'table'
  return printSummary({ outcomes: ledger.outcomes, frame, interrupted, reports: watching.report ?? [], as })
}

/** Resolves to whether the rows were unknown. */
async function follow(
  transport: CampaignTransport,
  ledger: Ledger,
  { campaignId, isKnown, rows, waitParked, keepQueue, console: page, stop }: FollowedCampaign,
  reporter: ProgressReporter,
): Promise<boolean> {
  const hadFeed = isKnown && (await transport.hasFeed(ledger))
  const feed = await transport.openFeed(campaignId, ledger)
  if (!feed)
    throw new UsageError(['RESULT_TOPIC_ARN is not set, and there is no --topic-arn: results cannot be received'])
  if (!hadFeed) {
    await transport.recoverResults(campaignId, ledger)
    await ledger.append({ entry: 'feed-complete' })
  }
  const unknown = ledger.outcomes.totals().rows === 0 || (!isKnown && rows.length === 0)
  if (unknown) warn('the rows are not known here: watch ends only with Ctrl-C; name them with --rows FILE')
  try {
    await runCampaign({
      sqs: transport.sqs,
      requestQueueUrl: transport.requestQueueUrl,
      ledger,
      send: [],
      feed,
      campaignId,
      watch: true,
      openEnded: unknown || page !== undefined,
      ...(waitParked && { waitsForParked: () => true }),
      stop,
      clock: systemClock,
      reporter,
    })
  } finally {
    if (!(stop.aborted && keepQueue)) await transport.closeFeed(ledger)
  }
  return unknown
}

function printUnknownCampaign({ campaignId, rows }: FollowedCampaign): void {
  warn(`there is no ledger of ${campaignId} here: results are received from now on`)
  const known = rows.length > 0 ? 'the CENs of the rows, and ' : ''
  warn(`earlier results are recovered from ${known}the dead-letter queue`)
}
