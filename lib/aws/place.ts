/** Where the AWS clients find their servers, as whom they come, and the timeouts that a worker needs. */

export interface AwsPlace {
  /** Taken from the queue's URL where the environment names none. */
  readonly region?: string
  /** The topic's own, where it differs. */
  readonly snsRegion?: string
  /** Another server for SQS; it then also overrules the host in a queue's URL. */
  readonly sqsEndpoint?: string
  readonly snsEndpoint?: string
  readonly stsEndpoint?: string
  /** Absent: the SDK's default chain. */
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
}

/** A long poll takes up to 20 s, and the SDK's own default of 3 s would cut it. */
const requestHandler = { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true }

/** What the clients of the queues and of the topic have in common. */
export const clientSettings = ({ region, credentials }: AwsPlace) => ({
  requestHandler,
  maxAttempts: 3,
  ...(region !== undefined && { region }),
  ...(credentials && { credentials }),
})

/** The region in a queue's URL (`https://sqs.eu-west-1.amazonaws.com/…`), or undefined. */
export const regionOfQueueUrl = (url: string): string | undefined => /\/\/sqs\.([a-z0-9-]+)\./.exec(url)?.[1]

/** The region in a topic's ARN, or undefined. */
export const regionOfArn = (arn: string): string | undefined => arn.split(':')[3] || undefined
