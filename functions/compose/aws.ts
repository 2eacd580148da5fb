/** Endpoints, regions and credentials of the AWS clients. */
import type { AwsConnection } from '../../lib/aws/connection.js'
import { queueRegionOf, regionOfArn } from '../../lib/config/aws-region.js'
import type { Environment } from '../../lib/config/config.js'

/** Another server for a service, as the AWS SDK reads it; undefined: that of AWS. */
export const awsEndpointOf = (env: Environment, service: string): string | undefined =>
  env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL || undefined

/** Reads the standard AWS variables; the SDK's default chain provides the rest. */
export function awsConnectionOf(env: Environment, queueUrl = '', topicArn = ''): AwsConnection {
  const region = queueRegionOf({ ...env, REQUEST_QUEUE_URL: queueUrl })
  const snsRegion = regionOfArn(topicArn)
  const sqsEndpoint = awsEndpointOf(env, 'SQS')
  const stsEndpoint = awsEndpointOf(env, 'STS')
  const snsEndpoint = awsEndpointOf(env, 'SNS')
  const secretsEndpoint = awsEndpointOf(env, 'SECRETS_MANAGER')
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
