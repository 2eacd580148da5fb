/** Where the AWS clients find their servers, as whom they come, and the timeouts that a worker needs. */
import { SQSClient } from '@aws-sdk/client-sqs'

export interface AwsConnection {
  /** Taken from the queue's URL where the environment names none. */
  readonly region?: string
  /** The topic's own, where it differs. */
  readonly snsRegion?: string
  /** Another server for SQS; it then also overrules the host in a queue's URL. */
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

/** A long poll takes up to 20 s, and the SDK's own default of 3 s would cut it. */
const LONG_POLL_MS = 30_000

/** What all clients have in common. */
export const clientSettings = (
  { region, credentials }: Pick<AwsConnection, 'region' | 'credentials'>,
  requestTimeout = LONG_POLL_MS,
) => ({
  requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
  maxAttempts: 3,
  // Nothing is added to a client's stack after its first call.
  cacheMiddleware: true,
  ...(region !== undefined && { region }),
  ...(credentials && { credentials }),
})

export const createSqsClient = (connection: AwsConnection): SQSClient =>
  new SQSClient({
    ...clientSettings(connection),
    ...(connection.sqsEndpoint !== undefined && { endpoint: connection.sqsEndpoint, useQueueUrlAsEndpoint: false }),
  })
