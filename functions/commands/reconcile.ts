/** `cen-attach reconcile` */
import type { Command } from 'commander'
import { countDrift } from '../../lib/campaigns/drift.js'
import { ledgerFolder, readPastRows } from '../campaigns/ledger-files.js'
import { addCampaignOptions, type CampaignOptions, campaignOption } from '../campaigns/options.js'
import { asNewRequests } from '../campaigns/prepare-rows.js'
import { stopSignal } from '../compose/process.js'
import { readPlan } from '../terminal/input-files.js'
import { printJson, UsageError } from '../terminal/print.js'
import { deadLetterQueue, requestQueue, resultTopic, usableResources } from '../terminal/resources.js'

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

It reads the CENs with the worker's Alibaba settings, and changes nothing without --submit. Exit code 1: there is drift.`

export function addReconcile(program: Command): void {
  const command = program
    .command('reconcile [file]')
    .description('compare the attachments of the CENs with the rows of a file or of past campaigns')
    .option('--past <campaign>', 'rows of a past campaign, from its ledger; may be given several times', pastOption)
    .option('--ledger <folder>', 'folder of the ledgers; by default the XDG state folder')
    .option('--submit', 'send the missing rows')
    .option('--watch', 'with --submit: follow the rows and print the outcome of each')
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
  if (file === undefined && past.length === 0) throw new UsageError(['name a file, or campaigns with --past'])
  const folder = ledgerFolder(options.ledger, process.env)
  const { REQUEST_QUEUE_URL: requestQueueUrl, RESULT_TOPIC_ARN: resultTopicArn } = submit
    ? usableResources(process.env, [requestQueue(options.queueUrl), resultTopic(options.topicArn), deadLetterQueue()])
    : {}
  const expectedRows = [...(file === undefined ? [] : readPlan(file)), ...(await readPastRows(past, folder))]
  const { printDrift, reconcileCens } = await import('../campaigns/reconcile.js')
  const rows = await reconcileCens(expectedRows, process.env)
  const counts = countDrift(rows)
  process.exitCode = counts.attached === rows.length ? 0 : 1
  if (json) printJson({ counts, rows })
  else printDrift(rows)
  const missing = new Set(rows.filter(({ standing }) => standing === 'missing').map(({ requestId }) => requestId))
  if (requestQueueUrl === undefined || missing.size === 0) return
  const again = asNewRequests(
    expectedRows.filter(({ request }) => missing.has(request.requestId)),
    options.campaign,
  )
  const { submitCampaign } = await import('../campaigns/submit.js')
  const { createAwsTransport, explainTransportErrors } = await import('../campaigns/transport.js')
  const transport = createAwsTransport(process.env, { requestQueueUrl, resultTopicArn }, folder)
  const watch = options.watch === true || options.dryRun === true || options.report !== undefined
  const submission = { ...again, watch, stop: stopSignal(() => undefined), jsonAs: 'events' as const }
  process.exitCode = Math.max(
    process.exitCode,
    await explainTransportErrors(transport, submitCampaign(transport, submission, options)),
  )
}
