/** The AWS clients of whoever needs both at once. */
import { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { type AwsConnection, clientSettings, createSqsClient } from './connection.js'

/** Clients for the queues and the topic; credentials come from the place, or from the SDK's default chain. */
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
