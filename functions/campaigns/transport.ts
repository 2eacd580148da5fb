/** The transport of a campaign: the request queue, the feed of its results, and the log of its ledger. */
import { randomBytes } from 'node:crypto'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { callerId } from '../../lib/aws/caller-identity.js'
import {
  closeFeed,
  createResultFeed,
  feedName,
  findQueue,
  openFeed,
  type ResultFeed,
} from '../../lib/aws/campaign-feed.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import type { AppendLog } from '../../lib/campaigns/store/append-log.js'
import type { Ledger } from '../../lib/campaigns/store/ledger.js'
import type { Environment } from '../../lib/config/config.js'
import { scrub } from '../../lib/domain/scrub.js'
import { awsConnectionOf } from '../compose/aws.js'
import { isUnreachable } from '../compose/startup-errors.js'
import { UsageError } from '../terminal/print.js'
import { openLedgerLog } from './ledger-files.js'
import { rebuildLedger } from './rebuild-ledger.js'

export interface CampaignTransport {
  readonly sqs: SQSClient
  readonly requestQueueUrl: string
  readonly resultTopicArn?: string | undefined
  /** The sender as the queue will report it; undefined if unknown. Never rejects. */
  senderId(): Promise<string | undefined>
  /** The log of the campaign's ledger. */
  appendLog(campaignId: string): Promise<AppendLog>
  /** Whether the feed existed all the time, so that no result was missed. */
  hasFeed(ledger: Ledger): Promise<boolean>
  /** Opens the feed, before anything is sent; undefined if there is no result topic. */
  openFeed(campaignId: string, ledger: Ledger): Promise<ResultFeed | undefined>
  /** Recovers missed results from the CENs and the dead-letter queue. */
  recoverResults(campaignId: string, ledger: Ledger): Promise<void>
  /** Deletes the feed. */
  closeFeed(ledger: Ledger): Promise<void>
}

interface AwsUrls {
  readonly requestQueueUrl: string
  readonly resultTopicArn?: string | undefined
}

/** A real queue and topic. The ledgers are files in `folder`. */
export function createAwsTransport(env: Environment, urls: AwsUrls, folder: string): CampaignTransport {
  const { requestQueueUrl, resultTopicArn } = urls
  const hasQueue = async (ledger: Ledger): Promise<boolean> => {
    const known = ledger.feed()?.queueName
    return known !== undefined && (await findQueue(clients.sqs, known)) !== undefined
  }
  const here = awsConnectionOf(env, requestQueueUrl, resultTopicArn)
  const clients: { sqs: SQSClient; sns: SNSClient } = createAwsClients(here)
  return {
    sqs: clients.sqs,
    requestQueueUrl,
    resultTopicArn,
    senderId: () => callerId(here),
    appendLog: (campaignId) => openLedgerLog(folder, campaignId, requestQueueUrl),
    hasFeed: async (ledger) => ledger.isFeedComplete() && (await hasQueue(ledger)),
    async openFeed(campaignId, ledger) {
      if (resultTopicArn === undefined) return undefined
      const known = (await hasQueue(ledger)) ? ledger.feed()?.queueName : undefined
      const queueName = known ?? feedName(campaignId, randomBytes(4).toString('hex'))
      if (known === undefined) await ledger.append({ entry: 'feed', feed: { queueName } })
      await ledger.catchUp()
      return createResultFeed(clients.sqs, await openFeed(clients, queueName, resultTopicArn, campaignId))
    },
    recoverResults: (campaignId, ledger) => rebuildLedger(campaignId, ledger, clients.sqs, env),
    async closeFeed(ledger) {
      const feed = ledger.feed()
      if (feed === undefined || resultTopicArn === undefined) return
      await closeFeed(clients, feed.queueName, resultTopicArn)
      await ledger.append({ entry: 'feed-removed', feed })
    },
  }
}

/** By the name of the SDK's error. */
const CAUSES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'there is no such queue; check REQUEST_QUEUE_URL (or --queue-url) and AWS_REGION',
  NotFound: 'there is no such topic; check RESULT_TOPIC_ARN (or --topic-arn) and AWS_REGION',
  AccessDenied: 'access is denied; docs/permissions.md lists the permissions of a campaign',
  AuthorizationError: 'access is denied; docs/permissions.md lists the permissions of a campaign',
  CredentialsProviderError: 'no AWS credentials were found; check AWS_PROFILE or AWS_ACCESS_KEY_ID',
  InvalidClientTokenId: 'the AWS credentials are not valid',
}
const REPEATABLE = 'repeating the command is safe: nothing is attached twice'

/** Rejects with a clear message instead of a known SDK error; with any other error unchanged. */
export async function explainTransportErrors<T>(transport: CampaignTransport, done: Promise<T>): Promise<T> {
  try {
    return await done
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { name, message } = error as Error
    // A follower may know the topic alone.
    const urls = [transport.requestQueueUrl, transport.resultTopicArn].filter((one) => one).join(', ')
    const cause = Object.entries(CAUSES).find(([known]) => name.startsWith(known))?.[1]
    if (cause !== undefined) throw new UsageError([`${urls}: ${cause}`])
    if (!isUnreachable(name, message)) throw error
    const where = 'check REQUEST_QUEUE_URL, AWS_REGION and AWS_ENDPOINT_URL'
    throw new Error(`${urls} cannot be reached: ${scrub(message)}; ${where}; ${REPEATABLE}`)
  }
}
