/** The AWS identity of this program, in the form in which SQS names a sender. */
import { type AwsConnection, clientSettings } from './connection.js'

/** The longest wait for the answer, in milliseconds; nothing depends on it. */
const TIMEOUT_MS = 3_000

/**
 * The `UserId` of STS GetCallerIdentity, which SQS reports as `SenderId`. The call needs no permission. Undefined if it
 * fails; never rejects. The client is loaded on demand.
 */
export async function callerId(connection: AwsConnection): Promise<string | undefined> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS)
  try {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const { stsEndpoint: endpoint } = connection
    const settings = { ...clientSettings(connection, TIMEOUT_MS), maxAttempts: 1 }
    const sts = new STSClient({ ...settings, ...(endpoint !== undefined && { endpoint }) })
    try {
      const { UserId } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: timeout.signal })
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
