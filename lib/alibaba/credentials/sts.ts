/** The STS API (Sts 2015-04-01), one function for each action, and the account that owns the CENs. */
import { type Answer, answered } from '../../domain/failure.js'
import { holdSecrets } from '../../domain/scrub.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { accountIdOf, isText, readAnswer } from '../sdk/read-answer.js'
import type { Body, RpcCall } from '../sdk/rpc.js'
import type { SessionKeys } from './role-session.js'

/** The account that the credentials belong to; needs no permission. */
export async function getCallerIdentity(
  call: RpcCall,
  limits: CallLimits,
): Promise<Answer<{ readonly AccountId: string; readonly Arn: string }>> {
  return readAnswer(await call('GetCallerIdentity', {}, limits), ({ AccountId: id, Arn }) => {
    const AccountId = accountIdOf(id)
    return AccountId !== undefined && /^\d{1,20}$/.test(AccountId) ? { AccountId, Arn: String(Arn) } : undefined
  })
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

const toSession = (answer: Answer<Body>): Answer<SessionKeys> =>
  readAnswer(answer, ({ Credentials }) => {
    const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = Credentials as Body
    const expiresAtMs = Date.parse(String(Expiration))
    if (!isText(AccessKeyId) || !isText(AccessKeySecret) || !isText(SecurityToken)) return undefined
    if (Number.isNaN(expiresAtMs)) return undefined
    const keys = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken }
    return { keys, expiresAtMs }
  })

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
