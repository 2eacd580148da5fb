/** Who may attach whose network: the grants that the file names and that calls make and revoke. */
import { ApiError } from '../api-error.js'
import type { WorldFile } from './world-file.js'

interface GrantRecord {
  readonly childInstanceId: string
  readonly cenId: string
  /** The account that it was granted to; undefined: whoever owns the CEN. */
  readonly cenOwnerId?: string | undefined
  /** It is made from then on, for its owner to see, epoch milliseconds; Infinity: it is not made, or revoked. */
  readonly sinceMs: number
  /** It counts from then on, for the CEN and for an attach; by default as soon as it is made. */
  readonly countsFromMs?: number
}

interface CenOfOwner {
  readonly cenId: string
  readonly ownerId: string
}

type GrantsFile = Pick<WorldFile, 'grants' | 'grantsMissing' | 'grantsMade' | 'limits'>

/** How long the API works on a grant; another one on the same child instance is refused meanwhile. */
const GRANT_MS = 200
const TOKEN_LIFETIME_MS = 86_400_000

export class GrantStore {
  readonly #file: GrantsFile
  readonly #startedAtMs: number
  readonly #records = new Map<string, GrantRecord>()
  readonly #busyUntilMs = new Map<string, number>()
  readonly #tokens = new Map<string, { readonly fingerprint: string; readonly atMs: number }>()

  constructor(file: GrantsFile, startedAtMs: number) {
    this.#file = file
    this.#startedAtMs = startedAtMs
    for (const { afterSeconds = 0, ...grant } of file.grants) {
      this.#put({ ...grant, sinceMs: startedAtMs + afterSeconds * 1_000 })
    }
  }

  /** The grant of a child instance to a CEN of this owner, where it counts now. */
  find(childInstanceId: string, cen: CenOfOwner, nowMs: number): GrantRecord | undefined {
    const grant = this.made(childInstanceId, cen, nowMs)
    return grant && nowMs >= (grant.countsFromMs ?? grant.sinceMs) ? grant : undefined
  }

  /** The same as the owner of the child instance sees it: made, whether it counts yet or not. */
  made(childInstanceId: string, { cenId, ownerId }: CenOfOwner, nowMs: number): GrantRecord | undefined {
    const grant = this.#grant(childInstanceId, cenId)
    return nowMs >= grant.sinceMs && (grant.cenOwnerId ?? ownerId) === ownerId ? grant : undefined
  }

  /** Whether it was not there at the start, and is made by now or will be. */
  arrivesLater(childInstanceId: string, cenId: string): boolean {
    const { sinceMs } = this.#grant(childInstanceId, cenId)
    return sinceMs > this.#startedAtMs && sinceMs < Infinity
  }

  /** Grants that stand in the file or that a call has made by now. */
  listInForce(nowMs: number): GrantRecord[] {
    return [...this.#records.values()].filter(({ sinceMs }) => nowMs >= sinceMs)
  }

  /** Makes or revokes a grant. Throws an ApiError while another change of the same child instance is under way. */
  change(grant: Omit<GrantRecord, 'sinceMs'>, to: 'granted' | 'revoked', nowMs: number, clientToken?: string): void {
    const fingerprint = JSON.stringify([to, grant])
    const before = clientToken === undefined ? undefined : this.#tokens.get(clientToken)
    if (before && nowMs < before.atMs + TOKEN_LIFETIME_MS) {
      if (before.fingerprint === fingerprint) return
      throw new ApiError('IdempotentParameterMismatch', {
        message: 'The ClientToken has been used with other parameters.',
      })
    }
    if (nowMs < (this.#busyUntilMs.get(grant.childInstanceId) ?? 0)) throw new ApiError('TaskConflict')
    const { grantMs = GRANT_MS, grantDelayMs = 0 } = this.#file.limits
    this.#busyUntilMs.set(grant.childInstanceId, nowMs + grantMs)
    if (clientToken !== undefined) this.#tokens.set(clientToken, { fingerprint, atMs: nowMs })
    const { childInstanceId, cenId, cenOwnerId = '' } = grant
    // What is made again stays as it is; a grant to another account takes its place.
    const made = to === 'granted' ? this.made(childInstanceId, { cenId, ownerId: cenOwnerId }, nowMs) : undefined
    const sinceMs = to === 'granted' ? nowMs : Infinity
    this.#put({ sinceMs, countsFromMs: sinceMs + grantDelayMs, ...made, ...grant })
  }

  #grant(childInstanceId: string, cenId: string): GrantRecord {
    return this.#records.get(`${childInstanceId}/${cenId}`) ?? this.#unwritten(childInstanceId, cenId)
  }

  #put(grant: GrantRecord): void {
    this.#records.set(`${grant.childInstanceId}/${grant.cenId}`, grant)
  }

  /** A grant that no line names: made before the start, unless the file says that grants are missing. */
  #unwritten(childInstanceId: string, cenId: string): GrantRecord {
    const missing = this.#file.grantsMissing.find(
      (grant) => grant.childInstanceId === childInstanceId && (grant.cenId ?? cenId) === cenId,
    )
    const madeAfterMs = missing ? (missing.grantedAfterMs ?? Infinity) : this.#file.grantsMade === false ? Infinity : 0
    return { childInstanceId, cenId, sinceMs: this.#startedAtMs + madeAfterMs }
  }
}
