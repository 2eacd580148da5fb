/** The SNS client, loaded apart from the SQS client so that a cold start does not pay for it. */
import { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { type AwsConnection, clientSettings, createSqsClient } from './connection.js'

/** Clients for the queues and the topic. */
export const createAwsClients = (connection: AwsConnection): { sqs: SQSClient; sns: SNSClient } => ({
  sqs: createSqsClient(connection),
  sns: createSnsClient(connection),
})

export const createSnsClient = (connection: AwsConnection): SNSClient =>
  new SNSClient({
    ...clientSettings(connection),
    ...(connection.snsRegion !== undefined && { region: connection.snsRegion }),
    ...(connection.snsEndpoint !== undefined && { endpoint: connection.snsEndpoint }),
  })
