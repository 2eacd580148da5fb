/** Endpoints, credentials and timeouts of the AWS clients. */
import { SQSClient } from '@aws-sdk/client-sqs'

export interface AwsConnection {
  /** Read from the queue's URL if the environment names none. */
  readonly region?: string
  /** The region of the topic, if it differs. */
  readonly snsRegion?: string
  /** Another server for SQS; it also replaces the host in a queue's URL. */
  readonly sqsEndpoint?: string
  readonly snsEndpoint?: string
  readonly stsEndpoint?: string
  readonly secretsEndpoint?: string
  /** Absent: the SDK's default chain. */
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
}

/** A long poll takes up to 20 s; the SDK's default of 3 s would end it. */
const LONG_POLL_MS = 30_000

/** Settings that all clients share. */
export const clientSettings = (
  { region, credentials }: Pick<AwsConnection, 'region' | 'credentials'>,
  requestTimeout = LONG_POLL_MS,
) => ({
  requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
  maxAttempts: 3,
  // Safe because no middleware is added after a client's first call.
  cacheMiddleware: true,
  ...(region !== undefined && { region }),
  ...(credentials && { credentials }),
})

export const createSqsClient = (connection: AwsConnection): SQSClient =>
  new SQSClient({
    ...clientSettings(connection),
    ...(connection.sqsEndpoint !== undefined && { endpoint: connection.sqsEndpoint, useQueueUrlAsEndpoint: false }),
  })
