/** The AWS clients of whoever needs both at once. */
import type { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { AwsPlace } from './place.js'
import { createSnsClient } from './sns-client.js'
import { createSqsClient } from './sqs-client.js'

/** Clients for the queues and the topic; credentials come from the place, or from the SDK's default chain. */
export const createAwsClients = (place: AwsPlace): { sqs: SQSClient; sns: SNSClient } => ({
  sqs: createSqsClient(place),
  sns: createSnsClient(place),
})
