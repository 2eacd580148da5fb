/** The grants that the world file names and that calls make and revoke. */
import { ApiError } from '../api-error.js'
import { ClientTokens } from './client-tokens.js'
import type { WorldFile } from './world-file.js'

interface GrantRecord {
  readonly childInstanceId: string
  readonly cenId: string
  /** The account that was granted; undefined: the owner of the CEN. */
  readonly cenOwnerId?: string | undefined
  /** When the grant is made and visible to its owner, epoch milliseconds; Infinity: not made, or revoked. */
  readonly sinceMs: number
  /** When the grant is effective for the CEN and for an attach, epoch milliseconds; by default once it is made. */
  readonly countsFromMs?: number
  /** Who pays: PayByCenOwner by default. */
  readonly orderType?: string | undefined
}

interface CenOfOwner {
  readonly cenId: string
  readonly ownerId: string
}

type GrantsFile = Pick<WorldFile, 'grants' | 'grantsMissing' | 'grantsMade' | 'limits'>

/** How long a grant takes, in milliseconds; another change of the same child instance is refused meanwhile. */
const GRANT_MS = 200

export class GrantStore {
  readonly #file: GrantsFile
  readonly #missing = new Map<string, GrantsFile['grantsMissing']>()
  readonly #startedAtMs: number
  readonly #records = new Map<string, GrantRecord>()
  readonly #busyUntilMs = new Map<string, number>()
  readonly #tokens = new ClientTokens<void>()

  constructor(file: GrantsFile, startedAtMs: number) {
    this.#file = file
    for (const missing of file.grantsMissing)
      this.#missing.set(missing.childInstanceId, [...(this.#missing.get(missing.childInstanceId) ?? []), missing])
    this.#startedAtMs = startedAtMs
    for (const { afterSeconds = 0, ...grant } of file.grants) {
      this.#put({ ...grant, sinceMs: startedAtMs + afterSeconds * 1_000 })
    }
  }

  /** The grant of a child instance to a CEN of this owner, if it is effective now. */
  find(childInstanceId: string, cen: CenOfOwner, nowMs: number): GrantRecord | undefined {
    const grant = this.made(childInstanceId, cen, nowMs)
    return grant && nowMs >= (grant.countsFromMs ?? grant.sinceMs) ? grant : undefined
  }

  /** The grant as the owner of the child instance sees it: made, whether effective yet or not. */
  made(childInstanceId: string, { cenId, ownerId }: CenOfOwner, nowMs: number): GrantRecord | undefined {
    const grant = this.#grant(childInstanceId, cenId)
    return nowMs >= grant.sinceMs && (grant.cenOwnerId ?? ownerId) === ownerId ? grant : undefined
  }

  /** True if the grant was not made at the start, and has been made since or will be. */
  arrivesLater(childInstanceId: string, cenId: string): boolean {
    const { sinceMs } = this.#grant(childInstanceId, cenId)
    return sinceMs > this.#startedAtMs && sinceMs < Infinity
  }

  /** Changes who pays for an attachment by a grant that is made. */
  changeOrderType(childInstanceId: string, cen: CenOfOwner, orderType: string, nowMs: number): void {
    const grant = this.made(childInstanceId, cen, nowMs)
    if (!grant) throw new ApiError('OperationFailed.GrantCrossAccountNotExist')
    this.#put({ ...grant, orderType })
  }

  /** The grants of the file, and those that calls have made by now. */
  listInForce(nowMs: number): GrantRecord[] {
    return [...this.#records.values()].filter(({ sinceMs }) => nowMs >= sinceMs)
  }

  /** Makes or revokes a grant. Throws an ApiError while another change of the same child instance is under way. */
  change(grant: Omit<GrantRecord, 'sinceMs'>, to: 'granted' | 'revoked', nowMs: number, clientToken?: string): void {
    const change = () => this.#change(grant, to, nowMs)
    if (clientToken === undefined) change()
    else this.#tokens.once(clientToken, JSON.stringify([to, grant]), nowMs, change)
  }

  #change(grant: Omit<GrantRecord, 'sinceMs'>, to: 'granted' | 'revoked', nowMs: number): void {
    if (nowMs < (this.#busyUntilMs.get(grant.childInstanceId) ?? 0)) throw new ApiError('TaskConflict')
    const { grantMs = GRANT_MS, grantDelayMs = 0 } = this.#file.limits
    this.#busyUntilMs.set(grant.childInstanceId, nowMs + grantMs)
    const { childInstanceId, cenId, cenOwnerId = '' } = grant
    // A repeated grant changes at most who pays; a grant to another account replaces it.
    const made = to === 'granted' ? this.made(childInstanceId, { cenId, ownerId: cenOwnerId }, nowMs) : undefined
    const sinceMs = to === 'granted' ? nowMs : Infinity
    this.#put({ sinceMs, countsFromMs: sinceMs + grantDelayMs, ...made, ...grant })
  }

  #grant(childInstanceId: string, cenId: string): GrantRecord {
    return this.#records.get(`${childInstanceId}/${cenId}`) ?? this.#implicitGrant(childInstanceId, cenId)
  }

  #put(grant: GrantRecord): void {
    this.#records.set(`${grant.childInstanceId}/${grant.cenId}`, grant)
  }

  /** A grant that the file does not name: made before the start, unless the file declares it missing. */
  #implicitGrant(childInstanceId: string, cenId: string): GrantRecord {
    const missing = this.#missing.get(childInstanceId)?.find((grant) => (grant.cenId ?? cenId) === cenId)
    const madeAfterMs = missing ? (missing.grantedAfterMs ?? Infinity) : this.#file.grantsMade === false ? Infinity : 0
    return { childInstanceId, cenId, sinceMs: this.#startedAtMs + madeAfterMs }
  }
}
