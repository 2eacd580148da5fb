/** Following a campaign that was submitted before: the options of `watch` and `console`, and where they lead. */
import type { Command } from 'commander'
import type { OpenConsole } from './campaign-console.js'
import { campaignOption } from './campaign-options.js'
import { awsPlace } from './campaign-place.js'
import { readPlan } from './input-file.js'
import { hasLedger, ledgerFolder } from './ledger-file.js'
import { type ReportFile, reportOption } from './report-files.js'
import { WrongUse } from './terminal.js'
import { watchCampaign } from './watch-campaign.js'

export interface FollowOptions {
  readonly topicArn?: string
  readonly ledger?: string
  readonly rows?: string
  readonly waitParked?: boolean
  readonly keepQueue?: boolean
  readonly report?: readonly ReportFile[]
  readonly json?: boolean
}

export const addFollowOptions = (command: Command): Command =>
  command
    .argument('<campaign>', 'its id', campaignOption)
    .option('--topic-arn <arn>', 'the result topic; by default RESULT_TOPIC_ARN, or what the ledger says')
    .option('--ledger <folder>', 'where campaigns are written down; by default the XDG state folder')
    .option('--rows <file>', 'the rows of the campaign, where there is no ledger of it here')
    .option('--keep-queue', 'leave the queue on Ctrl-C, so that the next watch hears what comes meanwhile')
    .option('--report <file>', 'write a report at the end; several times for several formats', reportOption)
    .option('--json', 'print an event a line, as JSON')

/** Resolves to the exit code. */
export async function followCampaign(
  campaignId: string,
  options: FollowOptions,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  console?: OpenConsole,
): Promise<number> {
  const folder = ledgerFolder(options.ledger, env)
  const isKnown = hasLedger(folder, campaignId, env.REQUEST_QUEUE_URL)
  const rows = options.rows === undefined ? [] : readPlan(options.rows, campaignId)
  const resultTopicArn = options.topicArn ?? (env.RESULT_TOPIC_ARN || undefined)
  if (!isKnown && resultTopicArn === undefined)
    throw new WrongUse([
      `there is no ledger of ${campaignId} in ${folder}`,
      'without one RESULT_TOPIC_ARN or --topic-arn is needed to hear its results; or name the folder with --ledger',
    ])
  const place = (header: { requestQueueUrl?: string; resultTopicArn?: string } = {}) =>
    awsPlace(
      env,
      {
        requestQueueUrl: header.requestQueueUrl ?? env.REQUEST_QUEUE_URL ?? '',
        resultTopicArn: resultTopicArn ?? header.resultTopicArn,
      },
      folder,
    )
  return watchCampaign(place, { ...options, campaignId, isKnown, rows, stop, console })
}
