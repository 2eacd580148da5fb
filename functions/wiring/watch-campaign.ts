/** Follows a campaign that was submitted before, here or elsewhere. */
import { type CampaignHeader, createLedger, type Ledger } from '../../lib/campaign/ledger.js'
import { sentEntries } from '../../lib/campaign/sent-entries.js'
import { systemClock } from '../../lib/host/system-clock.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import type { OpenConsole } from './campaign-console.js'
import type { CampaignPlace } from './campaign-place.js'
import { runCampaign } from './campaign-run.js'
import { tellCampaign } from './campaign-told.js'
import { eventVoice, terminalVoice, together, type Voice } from './campaign-voice.js'
import type { ReportFile } from './report-files.js'
import { WrongUse, warn } from './terminal.js'

export interface Watching {
  readonly campaignId: string
  /** Whether there is a ledger of it here. */
  readonly isKnown: boolean
  /** Its rows, where somebody knows them. */
  readonly rows: readonly PlannedRow[]
  readonly waitParked?: boolean
  readonly keepQueue?: boolean
  readonly report?: readonly ReportFile[]
  readonly json?: boolean
  readonly stop: AbortSignal
  /** A page that shows it: it is then followed until `stop`. */
  readonly console?: OpenConsole | undefined
}

/** Resolves to the exit code. `placeOf` is asked for the place that the ledger's header names. */
export async function watchCampaign(
  placeOf: (header?: CampaignHeader) => CampaignPlace,
  watching: Watching,
): Promise<number> {
  const { campaignId, isKnown, rows, stop } = watching
  const clock = systemClock
  const nowMs = clock.now()
  const ledger = createLedger(await placeOf().journal(campaignId))
  await ledger.catchUp()
  const place = placeOf(ledger.header())
  if (!isKnown) {
    sayUnknown(watching)
    await ledger.append({ entry: 'campaign', version: 1, atMs: nowMs, campaignId })
  }
  const news = rows.filter(({ request }) => ledger.row(request.requestId) === undefined)
  if (news.length > 0) {
    // Somebody else has sent them; when, is not known.
    const rows = news.map((row) => ({ entry: 'row' as const, row }))
    await ledger.append(
      ...rows,
      ...sentEntries(
        news.map(({ request }) => request),
        nowMs,
      ),
    )
  }
  const spoken = watching.json ? eventVoice() : terminalVoice()
  // Before the feed: where the page cannot be opened, the feed of another follower stays.
  const voice = watching.console ? together(spoken, await watching.console(place, ledger, campaignId)) : spoken
  let unknown = false
  try {
    unknown = await follow(place, ledger, watching, voice)
  } finally {
    voice.stop()
  }
  const frame = { campaignId, startedAtMs: ledger.startedAtMs() ?? nowMs, nowMs: clock.now() }
  const { pending, unsent } = ledger.outcomes.totals()
  const interrupted = stop.aborted && !unknown && !(watching.console && pending + unsent === 0)
  const as = watching.json ? 'events' : 'table'
  return tellCampaign({ outcomes: ledger.outcomes, frame, interrupted, reports: watching.report ?? [], as })
}

/** Resolves to whether its rows were not known. */
async function follow(
  place: CampaignPlace,
  ledger: Ledger,
  { campaignId, isKnown, rows, waitParked, keepQueue, console: page, stop }: Watching,
  voice: Voice,
): Promise<boolean> {
  const wasHeard = isKnown && (await place.hasFeed(ledger))
  const feed = await place.openFeed(campaignId, ledger)
  if (!feed) throw new WrongUse(['RESULT_TOPIC_ARN is not set, and there is no --topic-arn: results cannot be heard'])
  if (!wasHeard) await place.lookUp(campaignId, ledger)
  const unknown = ledger.outcomes.totals().rows === 0 || (!isKnown && rows.length === 0)
  if (unknown) warn('its rows are not known here: it goes on until Ctrl-C; name them with --rows FILE')
  try {
    await runCampaign({
      sqs: place.sqs,
      requestQueueUrl: place.requestQueueUrl,
      ledger,
      send: [],
      feed,
      campaignId,
      watch: true,
      openEnded: unknown || page !== undefined,
      ...(waitParked && { awaits: () => true }),
      stop,
      clock: systemClock,
      voice,
    })
  } finally {
    if (!(stop.aborted && keepQueue)) await place.closeFeed(ledger)
  }
  return unknown
}

function sayUnknown({ campaignId, rows }: Watching): void {
  warn(`there is no ledger of ${campaignId} here: results are heard from now on`)
  const known = rows.length > 0 ? 'the CENs for the rows of the file, and ' : ''
  warn(`what came before is looked up: ${known}the dead-letter queue for what failed`)
}
