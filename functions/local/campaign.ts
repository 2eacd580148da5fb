/** A file as a campaign in the embedded cloud. */
import { basename } from 'node:path'
import { createResultFeed } from '../../lib/aws/campaign-feed.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import { createMemoryAppendLog } from '../../lib/campaigns/store/append-log.js'
import type { WorldFile } from '../../lib/emulator/world/world-file.js'
import { type OpenConsole, openConsole } from '../campaigns/console.js'
import type { CampaignOptions } from '../campaigns/options.js'
import { toDryRunRows } from '../campaigns/prepare-rows.js'
import { submitCampaign } from '../campaigns/submit.js'
import type { CampaignTransport } from '../campaigns/transport.js'
import { awsConnectionOf } from '../compose/aws.js'
import type { LocalCloud } from './cloud.js'

export interface ConsoleChoice {
  readonly submit?: string
  readonly campaign?: string
  readonly console?: boolean
  readonly consolePort: number
  readonly json?: boolean
}

interface LocalCampaign {
  readonly cloud: LocalCloud
  readonly world: WorldFile
  readonly rows: readonly PlannedRow[]
  readonly stop: AbortSignal
}

/** Resolves to the exit code. A dry run ignores the messages and expectations of the world file. */
export function localCampaign(
  { cloud, world, rows, stop }: LocalCampaign,
  options: CampaignOptions & ConsoleChoice,
): Promise<number> {
  const { messages, expect } = world
  const campaign = options.dryRun ? toDryRunRows(rows) : { rows, messages, expect }
  const console = localConsole(options, cloud, stop)
  const followed = { waitsForParked: cloud.isGrantedLater, watch: true, stop, console, jsonAs: 'summary' as const }
  return submitCampaign(localTransport(cloud), { ...campaign, ...followed }, options)
}

/** Its feed receives every result, also of messages without a campaign. */
function localTransport({ env, queues }: LocalCloud): CampaignTransport {
  const { sqs } = createAwsClients(awsConnectionOf(env))
  return {
    sqs,
    requestQueueUrl: queues.requestQueueUrl,
    senderId: async () => undefined,
    appendLog: async () => createMemoryAppendLog(),
    hasFeed: async () => true,
    openFeed: async () => createResultFeed(sqs, queues.resultQueueUrl),
    recoverResults: async () => undefined,
    closeFeed: async () => undefined,
  }
}

/** Undefined without `--console`. */
function localConsole(options: ConsoleChoice, cloud: LocalCloud, stop: AbortSignal): OpenConsole | undefined {
  if (!options.console) return undefined
  const { campaign: title = basename(options.submit ?? 'local'), consolePort: port, json } = options
  const { deadLetterQueueUrl } = cloud.queues
  return openConsole({ deadLetterQueueUrl, title, port, portOption: '--console-port', json, stop })
}
