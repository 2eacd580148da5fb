/** Endpoints, regions and credentials of the AWS clients. */
import type { AwsConnection } from '../../lib/aws/connection.js'
import { queueRegionOf, regionOfArn } from '../../lib/config/aws-region.js'
import type { Environment } from '../../lib/config/config.js'

/** Reads the standard AWS variables; the SDK's default chain provides the rest. */
export function awsConnectionOf(env: Environment, queueUrl = '', topicArn = ''): AwsConnection {
  const region = queueRegionOf({ ...env, REQUEST_QUEUE_URL: queueUrl })
  const snsRegion = regionOfArn(topicArn)
  const sqsEndpoint = env.AWS_ENDPOINT_URL_SQS || env.AWS_ENDPOINT_URL
  const stsEndpoint = env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL
  const snsEndpoint = env.AWS_ENDPOINT_URL_SNS || env.AWS_ENDPOINT_URL
  const secretsEndpoint = env.AWS_ENDPOINT_URL_SECRETS_MANAGER || env.AWS_ENDPOINT_URL
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env
  const credentials = accessKeyId &&
    secretAccessKey && { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
  return {
    ...(region && { region }),
    ...(snsRegion && { snsRegion }),
    ...(sqsEndpoint && { sqsEndpoint }),
    ...(snsEndpoint && { snsEndpoint }),
    ...(stsEndpoint && { stsEndpoint }),
    ...(secretsEndpoint && { secretsEndpoint }),
    ...(credentials && { credentials }),
  }
}
