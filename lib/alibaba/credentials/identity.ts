/** The key source for the identity of the settings: fixed keys, a secret, the default chain, or an assumed role. */
import type { AlibabaIdentity, BaseKeySource } from '../../config/alibaba.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered, failureOf } from '../../domain/failure.js'
import type { Observer } from '../../telemetry/observer.js'
import { API_VERSIONS, createRpcCall } from '../sdk/rpc.js'
import { defaultChain, fixedKeys, type KeySource } from './key-source.js'
import { createSessionKeys, type SessionKeys } from './role-session.js'
import { createSecretKeys } from './secret.js'
import { assumeRole, assumeRoleWithOidc } from './sts.js'

interface IdentityDependencies {
  /** `https://host[:port]`, or http for loopback. */
  readonly stsEndpoint: string
  readonly clock: Clock
  readonly observer?: Observer
  /** A fresh OIDC token for this identity; rejects if there is none. */
  readonly readToken: (identity: Extract<AlibabaIdentity, { kind: 'oidc' }>) => Promise<string>
  /** The text of a secret; rejects if it cannot be read. */
  readonly readSecret: (secretArn: string) => Promise<string>
}

/** The default MaxSessionDuration of a role (RAM). */
const SESSION_SECONDS = 3_600
const ASSUME_TIMEOUT_MS = 10_000

export function createKeySource(identity: AlibabaIdentity, dependencies: IdentityDependencies): KeySource {
  const { stsEndpoint, clock, readToken, readSecret, observer } = dependencies
  const sts = (source?: KeySource) =>
    createRpcCall({ endpoint: stsEndpoint, version: API_VERSIONS.sts }, source, clock, observer)
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

/** The error's text may hold paths and requests, so only its code or name is reported. */
async function tokenOf(read: () => Promise<string>): Promise<Answer<string>> {
  try {
    return answered((await read()).trim())
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string }
    const advice = `No OIDC token could be read (${code ?? name ?? 'unknown fault'}).`
    return { ok: false, failure: failureOf({ code: 'OidcTokenUnavailable', advice }) }
  }
}
