/** Sessions of assumed roles, with temporary keys that expire on the emulator's clock. */
import type { Random } from '../../domain/backoff.js'
import { randomId } from '../world/random-id.js'
import type { Role } from '../world/trust-file.js'
import type { RamPolicy } from './ram-policy.js'

export interface Session {
  readonly accountId: string
  readonly roleName: string
  readonly roleId: string
  readonly sessionName: string
  readonly expiresAtMs: number
  /** The session may do what all of these policies allow. */
  readonly policies: readonly RamPolicy[]
}

interface TemporaryKeys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
}

export class Sessions {
  readonly #open = new Map<string, { readonly session: Session; readonly keys: TemporaryKeys }>()

  open(session: Session, random: Random): TemporaryKeys {
    // The number makes keys unique if `random` is constant; the token has characters that must be percent-encoded.
    const accessKeyId = `STS.${randomId(random, 20)}${this.#open.size + 1}`
    const keys = {
      accessKeyId,
      accessKeySecret: randomId(random, 40),
      securityToken: `CAIS${randomId(random, 60)}/+${randomId(random, 20)}==`,
    }
    this.#open.set(accessKeyId, { session, keys })
    return keys
  }

  /** Finds expired sessions, too: their keys are refused as expired, not as unknown. */
  find(accessKeyId: string): { readonly session: Session; readonly keys: TemporaryKeys } | undefined {
    return this.#open.get(accessKeyId)
  }

  list(): Session[] {
    return [...this.#open.values()].map(({ session }) => session)
  }
}

export const roleArn = ({ accountId, roleName }: Pick<Session, 'accountId' | 'roleName'>): string =>
  `acs:ram::${accountId}:role/${roleName.toLowerCase()}`

/** The role with this name in an account. */
export function roleOf(roles: readonly Role[], accountId: string, roleName: string): Role | undefined {
  const named = roles.filter((role) => role.roleName.toLowerCase() === roleName.toLowerCase())
  return named.find((role) => role.accountId === accountId) ?? named.find((role) => role.accountId === undefined)
}
