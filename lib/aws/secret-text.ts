/** The text of a secret of AWS Secrets Manager. */
import { regionOfArn } from '../aws-region.js'
import { type AwsPlace, clientSettings } from './place.js'

const TIMEOUT_MS = 10_000

/** Reads the current version. Rejects as the SDK does. The client is loaded with the first secret, so that nobody else pays for it. */
export async function readSecret(secretArn: string, { secretsEndpoint, credentials }: AwsPlace): Promise<string> {
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
