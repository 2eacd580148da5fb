/** A token that proves to others which AWS principal this is: STS, outbound identity federation. */
import { type AwsPlace, clientSettings } from './place.js'

/** Time to be exchanged for a session, no more (GetWebIdentityToken: 60 to 3,600 seconds). */
const DURATION_SECONDS = 300
const TIMEOUT_MS = 10_000

/**
 * Asks AWS for a signed JWT with this audience. The API is on regional endpoints only, and must have been switched on in
 * the account (IAM user guide, "Getting started with outbound identity federation"). Rejects as the SDK does. The client is
 * loaded with the first token, so that nobody else pays for it.
 */
export async function getWebIdentityToken(audience: string, place: AwsPlace): Promise<string> {
  const { STSClient, GetWebIdentityTokenCommand } = await import('@aws-sdk/client-sts')
  const { stsEndpoint } = place
  const sts = new STSClient({
    ...clientSettings(place, TIMEOUT_MS),
    ...(stsEndpoint !== undefined && { endpoint: stsEndpoint }),
  })
  try {
    const asked = { Audience: [audience], SigningAlgorithm: 'RS256', DurationSeconds: DURATION_SECONDS }
    const { WebIdentityToken } = await sts.send(new GetWebIdentityTokenCommand(asked))
    if (!WebIdentityToken) throw new Error('the answer has no token')
    return WebIdentityToken
  } finally {
    sts.destroy()
  }
}
