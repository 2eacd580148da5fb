/** What AWS gives for the identity at Alibaba: a web identity token from STS, or the text of a secret. */
import { regionOfArn } from '../config/aws-region.js'
import { type AwsConnection, clientSettings } from './connection.js'

/** Long enough to exchange the token for a session (GetWebIdentityToken: 60 to 3,600 seconds). */
const DURATION_SECONDS = 300
const TIMEOUT_MS = 10_000

/**
 * A signed JWT with this audience. The API is on regional endpoints only, and must have been switched on in the account
 * (IAM user guide, "Getting started with outbound identity federation"). Rejects as the SDK does. The client is loaded on
 * demand.
 */
export async function getWebIdentityToken(audience: string, connection: AwsConnection): Promise<string> {
  const { STSClient, GetWebIdentityTokenCommand } = await import('@aws-sdk/client-sts')
  const { stsEndpoint } = connection
  const sts = new STSClient({
    ...clientSettings(connection, TIMEOUT_MS),
    ...(stsEndpoint !== undefined && { endpoint: stsEndpoint }),
  })
  try {
    const input = { Audience: [audience], SigningAlgorithm: 'RS256', DurationSeconds: DURATION_SECONDS }
    const { WebIdentityToken } = await sts.send(new GetWebIdentityTokenCommand(input))
    if (!WebIdentityToken) throw new Error('the answer has no token')
    return WebIdentityToken
  } finally {
    sts.destroy()
  }
}

/** The current version of a secret. Rejects as the SDK does. The client is loaded on demand. */
export async function readSecret(secretArn: string, { secretsEndpoint, credentials }: AwsConnection): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
  const region = regionOfArn(secretArn)
  const client = new SecretsManagerClient({
    ...clientSettings({ ...(region && { region }), ...(credentials && { credentials }) }, TIMEOUT_MS),
    ...(secretsEndpoint !== undefined && { endpoint: secretsEndpoint }),
  })
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }))
    if (!SecretString) throw new Error('the secret has no text')
    return SecretString
  } finally {
    client.destroy()
  }
}
