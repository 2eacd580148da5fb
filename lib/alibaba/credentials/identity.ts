/** Turns the identity of the settings into keys: fixed ones, the default chain's, or those of an assumed role. */
import type { AlibabaIdentity, BaseKeySource } from '../../config/alibaba.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import { failureOf } from '../../domain/failure.js'
import type { Observer } from '../../telemetry/observer.js'
import { createRpcCall } from '../sdk/rpc.js'
import { defaultChain, fixedKeys, type KeySource } from './key-source.js'
import { createSessionKeys, type SessionKeys } from './role-session.js'
import { createSecretKeys } from './secret.js'
import { assumeRole, assumeRoleWithOidc, STS_VERSION } from './sts.js'

interface IdentityDependencies {
  /** Where STS is. */
  readonly stsEndpoint: string
  readonly clock: Clock
  readonly observer?: Observer
  /** An OIDC token for this identity, fresh; rejects where none can be had. */
  readonly readToken: (identity: Extract<AlibabaIdentity, { kind: 'oidc' }>) => Promise<string>
  /** The text of a secret; rejects where it cannot be read. */
  readonly readSecret: (secretArn: string) => Promise<string>
}

/** The library's default, and the most that a role allows where nobody raised it (RAM, MaxSessionDuration). */
const SESSION_SECONDS = 3_600
const ASSUME_TIMEOUT_MS = 10_000

export function createKeySource(identity: AlibabaIdentity, dependencies: IdentityDependencies): KeySource {
  const { stsEndpoint, clock, readToken, readSecret, observer } = dependencies
  const sts = (source?: KeySource) =>
    createRpcCall({ endpoint: stsEndpoint, version: STS_VERSION }, source, clock, observer)
  const limits = () => ({ deadlineMs: clock.now() + ASSUME_TIMEOUT_MS })
  const roleOf = ({ roleArn, sessionName }: { roleArn: string; sessionName: string }) => ({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: SESSION_SECONDS,
  })

  const holderKeys = (baseKeys: BaseKeySource): KeySource => {
    if (baseKeys.kind === 'secret') return createSecretKeys(() => readSecret(baseKeys.secretArn))
    return baseKeys.kind === 'keys' ? fixedKeys(baseKeys.keys) : defaultChain()
  }

  switch (identity.kind) {
    case 'keys':
    case 'secret':
    case 'chain':
      return holderKeys(identity)
    case 'role': {
      const call = sts(holderKeys(identity.by))
      return createSessionKeys(() => assumeRole(call, roleOf(identity), limits()), clock)
    }
    case 'oidc': {
      const call = sts()
      const assume = async (): Promise<Answer<SessionKeys>> => {
        const token = await tokenOf(() => readToken(identity))
        if (!token.ok) return token
        const { providerArn } = identity
        const role = { ...roleOf(identity), OIDCProviderArn: providerArn, OIDCToken: token.value }
        return assumeRoleWithOidc(call, role, limits())
      }
      return createSessionKeys(assume, clock)
    }
  }
}

/** What a token's source throws names files and requests: only the kind of the fault is told. */
async function tokenOf(read: () => Promise<string>): Promise<Answer<string>> {
  try {
    return { ok: true, value: (await read()).trim() }
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string }
    const advice = `No OIDC token could be had (${code ?? name ?? 'unknown fault'}).`
    return { ok: false, failure: failureOf({ code: 'OidcTokenUnavailable', advice }) }
  }
}
