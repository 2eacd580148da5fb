/** `cen-attach reconcile` */
import type { Command } from 'commander'
import { countDrift, isAsRequested } from '../../lib/campaigns/drift.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import type { DetachConsent } from '../campaigns/confirm-detaches.js'
import { ledgerFolder, readPastRows } from '../campaigns/ledger-files.js'
import { addCampaignOptions, addDetachOptions, type CampaignOptions, campaignOption } from '../campaigns/options.js'
import { asNewRequests, toDryRunRows } from '../campaigns/prepare-rows.js'
import { stopSignal } from '../compose/process.js'
import { readPlan } from '../terminal/input-files.js'
import { printJson, UsageError } from '../terminal/print.js'
import { deadLetterQueue, requestQueue, resultTopic, usableResources } from '../terminal/resources.js'

interface ReconcileOptions extends CampaignOptions, DetachConsent {
  readonly prune?: boolean
  readonly max: number
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
  cen-attach reconcile vpcs.csv --submit --prune --dry-run
  cen-attach reconcile vpcs.csv --submit --prune --yes --max 50

It reads the CENs with the worker's Alibaba settings, and changes nothing without --submit. Before anything is detached, the plan is
printed and the id of each CEN must be typed; --yes answers for a script. Exit code 1: there is drift.`

export function addReconcile(program: Command): void {
  const command = program
    .command('reconcile [file]')
    .description('compare the attachments of the CENs with the rows of a file or of past campaigns')
    .option('--past <campaign>', 'rows of a past campaign, from its ledger; may be given several times', pastOption)
    .option('--ledger <folder>', 'folder of the ledgers; by default the XDG state folder')
    .option('--submit', 'send the missing rows, and those that are to be detached and are not')
    .option('--prune', 'with --submit: also detach what is in a CEN of the file and in no row')
    .option('--watch', 'with --submit: follow the rows and print the outcome of each')
    .option('--queue-url <url>', 'the request queue; by default REQUEST_QUEUE_URL')
    .option('--topic-arn <arn>', 'the result topic; by default RESULT_TOPIC_ARN')
    .addHelpText('after', EXAMPLES)
  addDetachOptions(addCampaignOptions(command)).action(reconcile)
}

const pastOption = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  campaignOption(text),
]

async function reconcile(file: string | undefined, options: ReconcileOptions): Promise<void> {
  const { past = [], submit, json } = options
  if (file === undefined && past.length === 0) throw new UsageError(['name a file, or campaigns with --past'])
  const faults = pruneFaults(options, file)
  if (faults.length > 0) throw new UsageError(faults)
  const folder = ledgerFolder(options.ledger, process.env)
  const { REQUEST_QUEUE_URL: requestQueueUrl, RESULT_TOPIC_ARN: resultTopicArn } = submit
    ? usableResources(process.env, [requestQueue(options.queueUrl), resultTopic(options.topicArn), deadLetterQueue()])
    : {}
  const expectedRows = [...(file === undefined ? [] : readPlan(file)), ...(await readPastRows(past, folder))]
  const { printDrift, pruneRows, reconcileCens, rowsToMend, valueOrThrow } = await import('../campaigns/reconcile.js')
  const { listingLimits, readCenOwner, readInventory } = await import('../compose/inventory.js')
  const inventory = readInventory(process.env)
  const drift = await reconcileCens(expectedRows, inventory)
  process.exitCode = drift.rows.every(isAsRequested) ? 0 : 1
  if (json) printJson({ counts: countDrift(drift.rows), rows: drift.rows, unread: drift.unread })
  else printDrift(drift)
  if (requestQueueUrl === undefined) return
  const rows = rowsToMend(expectedRows, drift)
  if (options.prune) {
    const cenOwnerId = valueOrThrow(await readCenOwner(process.env, listingLimits()), 'the account of the CENs')
    rows.push(...(await pruneRows(drift, inventory, cenOwnerId, options.max)))
  }
  if (rows.length === 0) return
  const again = options.dryRun ? toDryRunRows(rows) : asNewRequests(rows, options.campaign)
  const { submitCampaign } = await import('../campaigns/submit.js')
  const { confirmDetaches } = await import('../campaigns/confirm-detaches.js')
  const { createAwsTransport, explainTransportErrors } = await import('../campaigns/transport.js')
  const transport = createAwsTransport(process.env, { requestQueueUrl, resultTopicArn }, folder)
  const watch = options.watch === true || options.dryRun === true || options.report !== undefined
  const confirm = (sent: readonly PlannedRow[]) => confirmDetaches(sent, options)
  const submission = { ...again, watch, confirm, stop: stopSignal(), jsonAs: 'events' as const }
  process.exitCode = Math.max(
    process.exitCode,
    await explainTransportErrors(transport, submitCampaign(transport, submission, options)),
  )
}

/** Only a file says what is to stay: the rows of past campaigns may be a part of it. */
const pruneFaults = ({ prune, submit, past = [] }: ReconcileOptions, file: string | undefined): string[] => [
  ...(prune && !submit ? ['--prune needs --submit'] : []),
  ...(prune && (file === undefined || past.length > 0)
    ? ['--prune needs a file of all rows that are to stay, without --past']
    : []),
]
