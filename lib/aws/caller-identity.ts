/** As whom this program comes to AWS, in the form in which SQS names a sender. */
import { type AwsConnection, clientSettings } from './connection.js'

/** Nobody waits longer for it, in milliseconds: it is good to know, and nothing depends on it. */
const TIMEOUT_MS = 3_000

/**
 * The `UserId` of STS GetCallerIdentity, which needs no permission: what SQS gives as `SenderId`. Undefined if it cannot be
 * asked; never rejects. The client is loaded when it is needed.
 */
export async function callerId(place: AwsConnection): Promise<string | undefined> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), TIMEOUT_MS)
  try {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const { stsEndpoint: endpoint } = place
    const settings = { ...clientSettings(place, TIMEOUT_MS), maxAttempts: 1 }
    const sts = new STSClient({ ...settings, ...(endpoint !== undefined && { endpoint }) })
    try {
      const { UserId } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: over.signal })
      return UserId || undefined
    } finally {
      sts.destroy()
    }
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
