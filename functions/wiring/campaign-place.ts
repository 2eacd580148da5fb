/** Where a campaign happens: the queue that takes its rows, what hears its results, and the journal of its ledger. */
import { randomBytes } from 'node:crypto'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { callerId } from '../../lib/aws/caller-identity.js'
import { closeFeed, feedName, findQueue, openFeed } from '../../lib/aws/campaign-feed.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import { createResultFeed, type ResultFeed } from '../../lib/aws/result-feed.js'
import type { Ledger } from '../../lib/campaign/ledger.js'
import type { Environment } from '../../lib/config.js'
import { openJournal } from '../../lib/host/journal-file.js'
import type { Journal } from '../../lib/journal.js'
import { awsPlaceOf } from './aws-place.js'
import { ledgerFile } from './ledger-file.js'
import { rebuildLedger } from './rebuild-ledger.js'

export interface CampaignPlace {
  readonly sqs: SQSClient
  readonly requestQueueUrl: string
  readonly resultTopicArn?: string | undefined
  /** Who sends here, as the queue will name them; undefined if nobody can be asked. Never rejects. */
  senderId(): Promise<string | undefined>
  /** Where the ledger of a campaign is kept. */
  journal(campaignId: string): Promise<Journal>
  /** Whether the campaign's results were heard all the while. */
  hasFeed(ledger: Ledger): Promise<boolean>
  /** Opens what hears the campaign's results, before anything is sent; undefined where nothing can be heard. */
  openFeed(campaignId: string, ledger: Ledger): Promise<ResultFeed | undefined>
  /** Looks up what was not heard, where it still shows. */
  lookUp(campaignId: string, ledger: Ledger): Promise<void>
  /** Takes it away again. */
  closeFeed(ledger: Ledger): Promise<void>
}

export interface AwsUrls {
  readonly requestQueueUrl: string
  readonly resultTopicArn?: string | undefined
}

/** A real queue and topic. The ledgers are files in `folder`. */
export function awsPlace(env: Environment, urls: AwsUrls, folder: string): CampaignPlace {
  const { requestQueueUrl, resultTopicArn } = urls
  const hasFeed = async (ledger: Ledger): Promise<boolean> => {
    const known = ledger.feed()?.queueName
    return known !== undefined && (await findQueue(clients.sqs, known)) !== undefined
  }
  const here = awsPlaceOf(env, requestQueueUrl, resultTopicArn)
  const clients: { sqs: SQSClient; sns: SNSClient } = createAwsClients(here)
  return {
    sqs: clients.sqs,
    requestQueueUrl,
    resultTopicArn,
    senderId: () => callerId(here),
    journal: (campaignId) => openJournal(ledgerFile(folder, campaignId, requestQueueUrl)),
    hasFeed,
    async openFeed(campaignId, ledger) {
      if (resultTopicArn === undefined) return undefined
      const known = (await hasFeed(ledger)) ? ledger.feed()?.queueName : undefined
      const queueName = known ?? feedName(campaignId, randomBytes(4).toString('hex'))
      if (known === undefined) await ledger.append({ entry: 'feed', feed: { queueName } })
      await ledger.catchUp()
      return createResultFeed(clients.sqs, await openFeed(clients, queueName, resultTopicArn, campaignId))
    },
    lookUp: (campaignId, ledger) => rebuildLedger(campaignId, ledger, clients.sqs, env),
    async closeFeed(ledger) {
      const feed = ledger.feed()
      if (feed === undefined || resultTopicArn === undefined) return
      await closeFeed(clients, feed.queueName, resultTopicArn)
      await ledger.append({ entry: 'feed-removed', feed })
    },
  }
}
