/** The client of the queues. */
import { SQSClient } from '@aws-sdk/client-sqs'
import { type AwsPlace, clientSettings } from './place.js'

export const createSqsClient = (place: AwsPlace): SQSClient =>
  new SQSClient({
    ...clientSettings(place),
    ...(place.sqsEndpoint !== undefined && { endpoint: place.sqsEndpoint, useQueueUrlAsEndpoint: false }),
  })
