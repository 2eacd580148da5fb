/** The STS API (Sts 2015-04-01), one function for each action, and the account that owns the CENs. */
import { type Answer, answered } from '../../domain/failure.js'
import { holdSecrets } from '../../domain/scrub.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { unreadable } from '../sdk/read-answer.js'
import type { Body, RpcCall } from '../sdk/rpc.js'
import type { SessionKeys } from './role-session.js'

/** The account that the credentials belong to; needs no permission. */
export async function getCallerIdentity(
  call: RpcCall,
  limits: CallLimits,
): Promise<Answer<{ readonly AccountId: string; readonly Arn: string }>> {
  const answer = await call('GetCallerIdentity', {}, limits)
  if (!answer.ok) return answer
  const AccountId = String(answer.value.AccountId)
  if (/^\d{1,20}$/.test(AccountId)) return answered({ AccountId, Arn: String(answer.value.Arn) })
  return unreadable('the answer has no account')
}

interface RoleToAssume {
  readonly RoleArn: string
  /** 2 to 64 characters of A-Z a-z 0-9 . @ - _; ActionTrail logs it. */
  readonly RoleSessionName: string
  /** From 900 to the role's MaxSessionDuration. */
  readonly DurationSeconds: number
  /** A session policy: the keys may do what it and the role's own policies both allow. */
  readonly Policy?: string
}

/** Keys of a role that trusts the caller. */
export async function assumeRole(call: RpcCall, role: RoleToAssume, limits: CallLimits): Promise<Answer<SessionKeys>> {
  return toSession(await call('AssumeRole', toQuery(role), limits))
}

/** Keys of a role that trusts an OIDC provider; the call is not signed, the token authenticates it. */
export async function assumeRoleWithOidc(
  call: RpcCall,
  { OIDCProviderArn, OIDCToken, ...role }: RoleToAssume & { OIDCProviderArn: string; OIDCToken: string },
  limits: CallLimits,
): Promise<Answer<SessionKeys>> {
  holdSecrets(OIDCToken)
  return toSession(await call('AssumeRoleWithOIDC', { ...toQuery(role), OIDCProviderArn, OIDCToken }, limits))
}

const toQuery = ({ RoleArn, RoleSessionName, DurationSeconds, Policy }: RoleToAssume): Record<string, string> => ({
  RoleArn,
  RoleSessionName,
  DurationSeconds: String(DurationSeconds),
  ...(Policy !== undefined && { Policy }),
})

function toSession(answer: Answer<Body>): Answer<SessionKeys> {
  if (!answer.ok) return answer
  const credentials = (answer.value.Credentials ?? {}) as Readonly<Record<string, unknown>>
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = credentials
  const expiresAtMs = Date.parse(String(Expiration))
  const values = [AccessKeyId, AccessKeySecret, SecurityToken]
  if (!values.every((value) => typeof value === 'string' && value !== '') || Number.isNaN(expiresAtMs))
    return unreadable('the answer has no credentials')
  const keys = {
    accessKeyId: String(AccessKeyId),
    accessKeySecret: String(AccessKeySecret),
    securityToken: String(SecurityToken),
  }
  return answered({ keys, expiresAtMs })
}

/** The delivery that a shared call is reported with: that of the message which asked first. */
type AskedFor = Pick<CallLimits, 'delivery'>

/** The configured account that owns the CENs, or else the one that `lookUp` finds; it is cached once found. */
export function createCenOwnerLookup(
  configured: string | undefined,
  lookUp: (asked: AskedFor) => Promise<Answer<string>>,
) {
  let pending: Promise<Answer<string>> | undefined
  const lookUpOnce = async (asked: AskedFor): Promise<Answer<string>> => {
    const answer = await lookUp(asked)
    if (!answer.ok) pending = undefined
    return answer
  }
  return (asked: AskedFor = {}): Promise<Answer<string>> => {
    if (configured !== undefined) return Promise.resolve(answered(configured))
    pending ??= lookUpOnce(asked)
    return pending
  }
}
