/** `cen-attach submit` */
import type { Command } from 'commander'
import { detachesOf } from '../../lib/campaigns/facts/detach-plan.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import type { DetachConsent } from '../campaigns/confirm-detaches.js'
import { ledgerFolder } from '../campaigns/ledger-files.js'
import { addCampaignOptions, addDetachOptions, type CampaignOptions } from '../campaigns/options.js'
import { toCampaignRows, toDryRunRows } from '../campaigns/prepare-rows.js'
import { stopSignal } from '../compose/process.js'
import { readPlan } from '../terminal/input-files.js'
import { print, printJson, UsageError, warn } from '../terminal/print.js'
import { deadLetterQueue, requestQueue, resultTopic, usableResources } from '../terminal/resources.js'

interface SubmitOptions extends CampaignOptions, DetachConsent {
  readonly detach?: boolean
  readonly queueUrl?: string
  readonly topicArn?: string
  readonly ledger?: string
  readonly watch?: boolean
  readonly keepQueue?: boolean
  readonly check?: boolean
}

const EXAMPLES = `
Examples:
  cen-attach submit vpcs.csv --campaign wave-3 --watch --report wave-3.html
  cen-attach submit vpcs.csv --dry-run
  cen-attach submit vpcs.csv --campaign wave-3 --canary 2 --canary-failures 10 --rate 20
  cen-attach submit retired.csv --detach --dry-run
  cen-attach submit retired.csv --detach --campaign retire-3 --watch
  cen-attach submit retired.csv --detach --yes --max 200
  jq -c .requests[] plan.json | cen-attach submit -

The same command again sends only the rows that are neither done nor under way: it resumes a campaign after Ctrl-C, a
crash, or a corrected file. Before anything is detached, by --detach or by rows with the action detach, the plan is printed and the
id of each CEN must be typed; --yes answers for a script, and --max allows more than 20.`

export function addSubmit(program: Command): void {
  const command = program
    .command('submit <file>')
    .description('send the rows of a CSV, JSON or JSON Lines file (- for standard input) to the request queue')
    .option('--queue-url <url>', 'the request queue; by default REQUEST_QUEUE_URL')
    .option('--topic-arn <arn>', 'the result topic; by default RESULT_TOPIC_ARN')
    .option('--detach', 'detach the rows without an action')
    .option('--watch', 'follow the rows and print the outcome of each')
    .option('--keep-queue', 'keep the queue of --watch, so that a later watch receives the results until then')
    .option('--ledger <folder>', 'folder of the ledgers; by default the XDG state folder')
    .option('--check', 'check the file and send nothing')
    .addHelpText('after', EXAMPLES)
  addDetachOptions(addCampaignOptions(command)).action(submit)
}

async function submit(file: string, options: SubmitOptions): Promise<void> {
  const { dryRun, json } = options
  const planned = readPlan(file, { campaignId: options.campaign, ...(options.detach && { action: 'detach' }) })
  const detaches = detachesOf(planned).length
  if (options.detach && planned.every(({ request }) => request.action === 'attach'))
    throw new UsageError(['--detach: every row has the action attach; leave that column out'])
  if (options.check) {
    const rows = planned.map(({ where, request }) => ({ where, action: request.action, requestId: request.requestId }))
    if (json) printJson({ sent: 0, rows })
    else {
      const actions = detaches > 0 ? ` (${rows.length - detaches} attach, ${detaches} detach)` : ''
      print(`${rows.length} rows are valid${actions}; nothing was sent`)
    }
    return
  }
  const { REQUEST_QUEUE_URL: requestQueueUrl = '', RESULT_TOPIC_ARN: resultTopicArn } = usableResources(process.env, [
    requestQueue(options.queueUrl),
    resultTopic(options.topicArn),
    deadLetterQueue(),
  ])
  const watch = options.watch || dryRun || options.report !== undefined
  const { rows, campaignId } = dryRun
    ? toDryRunRows(planned)
    : toCampaignRows(planned, options.campaign, watch || options.canary !== undefined)
  const { submitCampaign } = await import('../campaigns/submit.js')
  const { createAwsTransport, explainTransportErrors } = await import('../campaigns/transport.js')
  const transport = createAwsTransport(
    process.env,
    { requestQueueUrl, resultTopicArn },
    ledgerFolder(options.ledger, process.env),
  )
  if (watch && !json && options.campaign === undefined) warn(`campaign ${campaignId}`)
  const stop = stopSignal()
  const confirm = async (sent: readonly PlannedRow[]) =>
    detaches > 0 ? (await import('../campaigns/confirm-detaches.js')).confirmDetaches(sent, options) : undefined
  const submission = { rows, campaignId, watch, keepFeed: options.keepQueue, confirm, stop, jsonAs: 'events' as const }
  process.exitCode = await explainTransportErrors(transport, submitCampaign(transport, submission, options))
}
