/** The embedded place of a campaign: both clouds in this process, and nothing of it outlives it. */
import { createAwsClients } from '../../lib/aws/clients.js'
import { createResultFeed } from '../../lib/aws/result-feed.js'
import { memoryJournal } from '../../lib/journal.js'
import { awsPlaceOf } from './aws-place.js'
import type { CampaignPlace } from './campaign-place.js'
import type { LocalCloud } from './local-cloud.js'

/** Its feed hears every result, those too of messages that belong to no campaign. */
export function localPlace({ env, queues }: LocalCloud): CampaignPlace {
  const { sqs } = createAwsClients(awsPlaceOf(env))
  return {
    sqs,
    requestQueueUrl: queues.requestQueueUrl,
    senderId: async () => undefined,
    journal: async () => memoryJournal(),
    hasFeed: async () => true,
    openFeed: async () => createResultFeed(sqs, queues.resultQueueUrl),
    lookUp: async () => undefined,
    closeFeed: async () => undefined,
  }
}
