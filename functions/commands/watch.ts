/** `cen-attach watch` */
import type { Command } from 'commander'
import { campaignOption } from '../wiring/campaign-options.js'
import { awsPlace } from '../wiring/campaign-place.js'
import { readPlan } from '../wiring/input-file.js'
import { hasLedger, ledgerFolder } from '../wiring/ledger-file.js'
import { type ReportFile, reportOption } from '../wiring/report-files.js'
import { stopSignal } from '../wiring/stop-signal.js'
import { WrongUse } from '../wiring/terminal.js'
import { watchCampaign } from '../wiring/watch-campaign.js'

interface WatchOptions {
  readonly topicArn?: string
  readonly ledger?: string
  readonly rows?: string
  readonly waitParked?: boolean
  readonly keepQueue?: boolean
  readonly report?: readonly ReportFile[]
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  cen-attach watch wave-3 --report wave-3.html
  cen-attach watch wave-3 --json | jq -c 'select(.event == "result") | .row'
  cen-attach watch wave-3 --rows vpcs.csv        # on a machine that did not submit it

Ends when every row is final or waits for a grant. The campaign's queue goes then, and on Ctrl-C (--keep-queue leaves it);
what came about while nobody listened is looked up in the CENs and on the dead-letter queue.`

export function addWatch(program: Command): void {
  program
    .command('watch')
    .argument('<campaign>', 'its id', campaignOption)
    .description('follow a campaign: counts, missing grants, ETA, and in the end what became of every row')
    .option('--topic-arn <arn>', 'the result topic; by default RESULT_TOPIC_ARN, or what the ledger says')
    .option('--ledger <folder>', 'where campaigns are written down; by default the XDG state folder')
    .option('--rows <file>', 'the rows of the campaign, where there is no ledger of it here')
    .option('--wait-parked', 'wait on for rows that wait for a grant')
    .option('--keep-queue', 'leave the queue on Ctrl-C, so that the next watch hears what comes meanwhile')
    .option('--report <file>', 'write a report at the end; several times for several formats', reportOption)
    .option('--json', 'print an event a line, as JSON')
    .addHelpText('after', EXAMPLES)
    .action(watch)
}

async function watch(campaignId: string, options: WatchOptions): Promise<void> {
  const folder = ledgerFolder(options.ledger, process.env)
  const isKnown = hasLedger(folder, campaignId, process.env.REQUEST_QUEUE_URL)
  const rows = options.rows === undefined ? [] : readPlan(options.rows, campaignId)
  const resultTopicArn = options.topicArn ?? (process.env.RESULT_TOPIC_ARN || undefined)
  if (!isKnown && resultTopicArn === undefined)
    throw new WrongUse([
      `there is no ledger of ${campaignId} in ${folder}`,
      'without one RESULT_TOPIC_ARN or --topic-arn is needed to hear its results; or name the folder with --ledger',
    ])
  const place = (header: { requestQueueUrl?: string; resultTopicArn?: string } = {}) =>
    awsPlace(
      process.env,
      {
        requestQueueUrl: header.requestQueueUrl ?? process.env.REQUEST_QUEUE_URL ?? '',
        resultTopicArn: resultTopicArn ?? header.resultTopicArn,
      },
      folder,
    )
  const stop = stopSignal(() => undefined)
  process.exitCode = await watchCampaign(place, { ...options, campaignId, isKnown, rows, stop })
}
