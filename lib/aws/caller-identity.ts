/** The AWS identity of this program, in the form in which SQS names a sender. */
import { type AwsConnection, clientSettings } from './connection.js'

/** The longest wait for the answer by default, in milliseconds; nothing depends on it. */
const TIMEOUT_MS = 3_000

/** The `UserId` of the caller, which SQS reports as `SenderId`. Undefined if the call fails; never rejects. */
export async function callerId(connection: AwsConnection): Promise<string | undefined> {
  return (await readCaller(connection).catch(() => undefined))?.UserId
}

export interface AwsCaller {
  readonly UserId: string
  readonly Account: string
  /** Of a role's session: `arn:…:assumed-role/NAME/SESSION`. */
  readonly Arn: string
}

/** STS GetCallerIdentity, which needs no permission. Rejects as the SDK does. The client is loaded on demand. */
export async function readCaller(connection: AwsConnection, timeoutMs = TIMEOUT_MS): Promise<AwsCaller> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), timeoutMs)
  try {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    const { stsEndpoint: endpoint } = connection
    const settings = { ...clientSettings(connection, timeoutMs), maxAttempts: 1 }
    const sts = new STSClient({ ...settings, ...(endpoint !== undefined && { endpoint }) })
    try {
      const { UserId, Account, Arn } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: timeout.signal })
      if (!UserId || !Account) throw new Error('the answer names no caller')
      return { UserId, Account, Arn: Arn ?? '' }
    } finally {
      sts.destroy()
    }
  } finally {
    clearTimeout(timer)
  }
}
