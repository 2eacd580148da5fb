/** A file as a campaign: what is outstanding is sent through a place, and followed where that is wished. */
import type { Attachment } from '../../lib/attachment.js'
import type { RegionVerdict } from '../../lib/campaign/canary.js'
import type { Expected } from '../../lib/campaign/expectations.js'
import { createLedger, type Ledger } from '../../lib/campaign/ledger.js'
import { findOutstanding, type Outstanding } from '../../lib/campaign/outstanding.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { memoryJournal } from '../../lib/journal.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import type { OpenConsole } from './campaign-console.js'
import type { CampaignOptions } from './campaign-options.js'
import type { CampaignPlace } from './campaign-place.js'
import { type CampaignRan, runCampaign } from './campaign-run.js'
import { tellCampaign } from './campaign-told.js'
import { eventVoice, terminalVoice, together } from './campaign-voice.js'
import { drainFeed } from './hear-results.js'
import { say, sayJson, WrongUse, warn } from './terminal.js'

export interface Submission {
  readonly rows: readonly PlannedRow[]
  /** Absent: nothing is kept of it, and nothing followed but in a place that hears everything. */
  readonly campaignId?: string | undefined
  /** Follow it to its end and tell of every row; else only send. */
  readonly watch: boolean
  readonly keepFeed?: boolean | undefined
  readonly messages?: readonly string[]
  readonly expect?: Expected | undefined
  /** Which parked rows are waited for where the options do not ask for all of them. */
  readonly awaits?: (parked: Attachment) => boolean
  readonly stop: AbortSignal
  /** A page that shows it: the campaign is then followed until `stop`. */
  readonly console?: OpenConsole | undefined
  /** How JSON is printed where it is asked for. */
  readonly jsonAs: 'summary' | 'events'
}

/** Resolves to the exit code. Throws wrong use where the rows contradict what the campaign has sent. */
export async function submitCampaign(
  place: CampaignPlace,
  submission: Submission,
  options: CampaignOptions,
): Promise<number> {
  const { campaignId, watch, stop } = submission
  const clock = systemClock
  const isKept = campaignId !== undefined && !options.dryRun
  const ledger = createLedger(isKept ? await place.journal(campaignId) : memoryJournal())
  await ledger.catchUp()
  const nowMs = clock.now()
  const stand = () => findOutstanding(submission.rows, ledger, nowMs)
  refuseFaults(stand())
  const isResumed = ledger.outcomes.totals().rows > 0
  const wasHeard = await place.hasFeed(ledger)
  const feed = campaignId !== undefined || watch ? await place.openFeed(campaignId ?? '', ledger) : undefined
  if (watch && !feed) throw new WrongUse([NO_TOPIC])
  if (isResumed && feed && wasHeard) await drainFeed(feed, ledger, campaignId)
  if (isResumed && !wasHeard) await place.lookUp(campaignId ?? '', ledger)
  const outstanding = stand()
  await ledger.append(
    ...(campaignId === undefined
      ? []
      : [{ entry: 'campaign' as const, version: 1 as const, atMs: nowMs, campaignId, ...urlsOf(place) }]),
    ...outstanding.send.map(({ row }) => ({ entry: 'row' as const, row })),
  )
  const senderId = outstanding.send.length > 0 ? await place.senderId() : undefined
  // Events are for whoever follows; a campaign that is only sent is one object.
  const as = !options.json ? 'table' : watch ? submission.jsonAs : 'summary'
  const spoken = as === 'events' ? eventVoice() : terminalVoice()
  let voice = spoken
  if (!options.json) sayKept(outstanding)
  const quiet = !watch && options.canary === undefined
  const { canary: perRegion, canaryFailures: mostPercent } = options
  let ran: CampaignRan
  try {
    if (submission.console) voice = together(spoken, await submission.console(place, ledger, campaignId))
    ran = await runCampaign({
      sqs: place.sqs,
      requestQueueUrl: place.requestQueueUrl,
      ledger,
      send: outstanding.send,
      senderId,
      messages: submission.messages ?? [],
      feed: quiet ? undefined : feed,
      campaignId,
      watch,
      openEnded: submission.console !== undefined,
      awaits: options.waitParked ? () => true : submission.awaits,
      ...(perRegion !== undefined && { canary: { perRegion, mostPercent } }),
      perSecond: options.rate,
      groups: options.groups,
      stop,
      clock,
      voice,
    })
  } finally {
    voice.stop()
    if (watch ? !submission.keepFeed : isDone(ledger)) await place.closeFeed(ledger)
  }
  sayFailing(ran.failing, outstanding.send.length - ran.sent)
  if (!watch) return tellSent(ran, outstanding, submission, place, options)
  const frame = { campaignId, startedAtMs: ledger.startedAtMs() ?? nowMs, nowMs: clock.now() }
  const { outcomes } = ledger
  const { expect } = submission
  const interrupted = stop.aborted && !(submission.console && isSettledAll(ledger))
  return tellCampaign({ outcomes, frame, expect, interrupted, reports: options.report ?? [], as })
}

/** Nobody waits for any of it but for whoever must grant. */
const isSettledAll = ({ outcomes }: Ledger): boolean => outcomes.totals().pending + outcomes.totals().unsent === 0

/** Nothing of it is open: no watch needs to follow. */
const isDone = ({ outcomes }: Ledger): boolean => {
  const { pending, unsent, grantRequired } = outcomes.totals()
  return pending + unsent + grantRequired === 0
}

const NO_TOPIC = 'RESULT_TOPIC_ARN is not set, and there is no --topic-arn: results could not be heard'

function refuseFaults({ faults }: Outstanding): void {
  if (faults.length > 0) throw new WrongUse(faults.map(({ where, path, message }) => `${where}: ${path} ${message}`))
}

const urlsOf = ({ requestQueueUrl, resultTopicArn }: CampaignPlace) => ({
  requestQueueUrl,
  ...(resultTopicArn !== undefined && { resultTopicArn }),
})

function sayKept({ attached, underWay }: Outstanding): void {
  if (attached + underWay > 0)
    warn(`not sent again: ${attached} rows that are attached, ${underWay} that are under way`)
}

function sayFailing(failing: readonly RegionVerdict[], left: number): void {
  for (const { regionId, rows, failed } of failing)
    warn(`canary: ${failed} of ${rows} rows of ${regionId} did not attach`)
  if (failing.length > 0)
    warn(`${left} rows were not sent. Mend the cause and submit the file again, or allow more with --canary-failures`)
}

/** What a person or a program is told where the campaign is not followed. */
function tellSent(
  { sent, failing }: CampaignRan,
  { send, attached, underWay }: Outstanding,
  { rows, campaignId, stop }: Submission,
  { requestQueueUrl }: CampaignPlace,
  { json }: CampaignOptions,
): number {
  const whole = sent === send.length
  if (json) {
    const told = rows.map(({ where, request }) => ({ where, requestId: request.requestId }))
    sayJson({ sent, attached, underWay, ...(campaignId !== undefined && { campaignId }), rows: told })
  } else say(`${sent} requests are on ${requestQueueUrl}`)
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
