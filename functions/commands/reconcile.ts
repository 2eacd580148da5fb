/** `cen-attach reconcile` */
import type { Command } from 'commander'
import { countDrift } from '../../lib/campaign/drift.js'
import { usingPlace } from '../wiring/campaign-failure.js'
import { addCampaignOptions, type CampaignOptions, campaignOption } from '../wiring/campaign-options.js'
import { awsPlace } from '../wiring/campaign-place.js'
import { asWishedAgain } from '../wiring/campaign-rows.js'
import { sayDrift } from '../wiring/drift-told.js'
import { readPlan } from '../wiring/input-file.js'
import { ledgerFolder } from '../wiring/ledger-file.js'
import { rowsOfPast } from '../wiring/past-rows.js'
import { reconcileCens } from '../wiring/reconcile-cens.js'
import { stopSignal } from '../wiring/stop-signal.js'
import { submitCampaign } from '../wiring/submit-campaign.js'
import { sayJson, WrongUse } from '../wiring/terminal.js'

interface ReconcileOptions extends CampaignOptions {
  readonly past?: readonly string[]
  readonly ledger?: string
  readonly submit?: boolean
  readonly watch?: boolean
  readonly queueUrl?: string
  readonly topicArn?: string
}

const EXAMPLES = `
Examples:
  cen-attach reconcile vpcs.csv
  cen-attach reconcile --past wave-1 --past wave-2 --json
  cen-attach reconcile vpcs.csv --submit --watch

It reads the CENs with the worker's Alibaba settings, and changes nothing without --submit. Exit code 1 says that something
is not as wished.`

export function addReconcile(program: Command): void {
  const command = program
    .command('reconcile [file]')
    .description('compare what the CENs have with what a file, or past campaigns, say')
    .option('--past <campaign>', 'rows of a past campaign, from its ledger; several times for several', pastOption)
    .option('--ledger <folder>', 'where campaigns are written down; by default the XDG state folder')
    .option('--submit', 'send the missing ones')
    .option('--watch', 'with --submit: follow them and print what became of each')
    .option('--queue-url <url>', 'the request queue; by default REQUEST_QUEUE_URL')
    .option('--topic-arn <arn>', 'the result topic; by default RESULT_TOPIC_ARN')
    .addHelpText('after', EXAMPLES)
  addCampaignOptions(command).action(reconcile)
}

const pastOption = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  campaignOption(text),
]

async function reconcile(file: string | undefined, options: ReconcileOptions): Promise<void> {
  const { past = [], submit, json } = options
  if (file === undefined && past.length === 0) throw new WrongUse(['name a file, or campaigns with --past'])
  const folder = ledgerFolder(options.ledger, process.env)
  const requestQueueUrl = options.queueUrl ?? process.env.REQUEST_QUEUE_URL
  const resultTopicArn = options.topicArn ?? (process.env.RESULT_TOPIC_ARN || undefined)
  if (submit && !requestQueueUrl) throw new WrongUse(['REQUEST_QUEUE_URL is not set, and there is no --queue-url'])
  const wishes = [...(file === undefined ? [] : readPlan(file)), ...(await rowsOfPast(past, folder))]
  const rows = await reconcileCens(wishes, process.env)
  const counts = countDrift(rows)
  process.exitCode = counts.attached === rows.length ? 0 : 1
  if (json) sayJson({ counts, rows })
  else sayDrift(rows)
  const missing = new Set(rows.filter(({ standing }) => standing === 'missing').map(({ requestId }) => requestId))
  if (!submit || !requestQueueUrl || missing.size === 0) return
  const again = asWishedAgain(
    wishes.filter(({ request }) => missing.has(request.requestId)),
    options.campaign,
  )
  const place = awsPlace(process.env, { requestQueueUrl, resultTopicArn }, folder)
  const watch = options.watch === true || options.dryRun === true || options.report !== undefined
  const submission = { ...again, watch, stop: stopSignal(() => undefined), jsonAs: 'events' as const }
  process.exitCode = Math.max(process.exitCode, await usingPlace(place, submitCampaign(place, submission, options)))
}
