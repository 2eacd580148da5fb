/** The emulator's world: accounts, CENs, child instances, grants and attachments, from its file and as calls change it. */
import { type ChildInstanceType, typeOfChildInstanceId } from '../../domain/attachment.js'
import type { Random } from '../../domain/backoff.js'
import { HOUR_MS } from '../../domain/clock.js'
import { type Session, Sessions } from '../auth/sessions.js'
import { type AttachmentRecord, AttachmentRecords } from './attachment-records.js'
import { declareAttachment } from './enterprise/declared-attachments.js'
import type { BlockerKind } from './enterprise/enterprise-file.js'
import { EnterpriseWorld } from './enterprise/enterprise-world.js'
import type { KnownChild } from './enterprise/networks.js'
import { GrantStore } from './grants.js'
import { DEFAULT_DURATIONS, type DurationName, drawMs } from './numbers.js'
import { type Regions, regionsOf } from './regions.js'
import type { Jwks, OidcProvider, Role } from './trust-file.js'
import type { WorldFile } from './world-file.js'

export type Account = WorldFile['accounts'][number]
/** The account that calls, with the session if its keys are those of an assumed role. */
export type Caller = Account & { readonly session?: Session }
type WorldCen = WorldFile['cens'][number] & {
  /** The ClientToken of the call that created the CEN. */
  readonly clientToken?: string
  /** True: a call created the CEN, so that it began without transit routers. */
  readonly createdByCall?: boolean
}
export type EmulatedCen = WorldCen & { readonly ownerId: string }
export type ChildInstance = KnownChild
type KnownFields = { readonly [Field in keyof ChildInstance]?: ChildInstance[Field] | undefined }

/** The account of the keys that `local` and `emulator` print. */
export const HOME_ACCOUNT = {
  accountId: '1688000000000001',
  accessKeyId: 'LTAI-emulator-key-id',
  accessKeySecret: 'emulator-key-secret',
} as const

/** The caller of an unsigned call. */
export const ANONYMOUS: Caller = { accountId: 'anonymous' }

const ATTACHES_AT_ONCE = 5

export class World {
  readonly #file: WorldFile
  readonly #accounts: Map<string, Account>
  readonly #cens: Map<string, WorldCen>
  readonly #childInstances: Map<string, WorldFile['childInstances'][number] | ChildInstance>
  readonly #deleted = new Set<string>()
  readonly #records = new AttachmentRecords()
  readonly startedAtMs: number
  readonly limits: WorldFile['limits']
  readonly regions: Regions
  readonly roles: readonly Role[]
  readonly oidcProviders: readonly OidcProvider[]
  readonly grants: GrantStore
  readonly sessions = new Sessions()
  readonly enterprise: EnterpriseWorld
  /** Keys that were read from a provider's `jwksUrl`, by the provider's ARN. */
  readonly oidcKeySets = new Map<string, Jwks>()

  constructor(file: WorldFile, startedAtMs: number) {
    this.#file = file
    this.startedAtMs = startedAtMs
    this.#accounts = new Map<string, Account>([[HOME_ACCOUNT.accountId, HOME_ACCOUNT]])
    for (const account of file.accounts) {
      this.#accounts.set(account.accountId, { ...this.#accounts.get(account.accountId), ...account })
    }
    this.#cens = new Map<string, WorldCen>(file.cens.map((cen) => [cen.cenId, cen]))
    this.#childInstances = new Map(file.childInstances.map((child) => [child.childInstanceId, child]))
    this.limits = file.limits
    this.regions = regionsOf(file.regions)
    this.roles = file.roles
    this.oidcProviders = file.oidcProviders
    this.grants = new GrantStore(file, startedAtMs)
    this.enterprise = new EnterpriseWorld({
      file,
      startedAtMs,
      regionIds: [...this.regions.VPC],
      cens: () => this.cens(),
      childInstances: () => this.childInstances(),
    })
    for (const declared of file.attached) {
      const { cenId, childInstanceId, status = 'Attached', attachTime, endsAfterMs, managedService } = declared
      const child = this.findChild(childInstanceId)
      const cen = this.cen(cenId)
      const router = child && cen && child.type !== 'CCN' && this.enterprise.router(cen, child.regionId, startedAtMs)
      if (router && this.enterprise.editionOf(router, startedAtMs) === 'Enterprise') {
        declareAttachment(this.enterprise, declared, { router, child, startedAtMs })
        continue
      }
      const attachedAtMs = attachTime === undefined ? startedAtMs - HOUR_MS : Date.parse(attachTime)
      const endsAtMs = startedAtMs + (endsAfterMs ?? Infinity)
      this.put({ cenId, childInstanceId, status, endsAtMs, attachedAtMs, managedService })
    }
  }

  get open(): boolean {
    return this.#file.open ?? true
  }

  /** The account that has this key, or in which the session with this key was opened. */
  accountOfKey(accessKeyId: string): Caller | undefined {
    const opened = this.sessions.find(accessKeyId)
    if (!opened) return [...this.#accounts.values()].find((account) => account.accessKeyId === accessKeyId)
    const { session, keys } = opened
    const account = this.account(session.accountId)
    return account && { ...account, ...keys, session }
  }

  /** Undefined if there is no such account. */
  account(accountId: string): Account | undefined {
    const known = this.#accounts.get(accountId)
    if (known) return known.exists === false ? undefined : known
    return this.open ? { accountId } : undefined
  }

  putAccount(account: Account): void {
    this.#accounts.set(account.accountId, account)
  }

  cen(cenId: string): EmulatedCen | undefined {
    const known = this.#cens.get(cenId) ?? (this.open && !this.#deleted.has(cenId) ? { cenId } : undefined)
    if (!known) return undefined
    this.#cens.set(cenId, known)
    return { ...known, ownerId: known.ownerId ?? HOME_ACCOUNT.accountId }
  }

  putCen(cen: EmulatedCen): void {
    this.#cens.set(cen.cenId, cen)
  }

  deleteCen(cenId: string): void {
    this.#cens.delete(cenId)
    this.#deleted.add(cenId)
  }

  cenStatus({ status = 'Active', activeAfterMs = Infinity }: EmulatedCen, nowMs: number): string {
    return nowMs < this.startedAtMs + activeAfterMs ? status : 'Active'
  }

  cens(): EmulatedCen[] {
    return [...this.#cens.keys()].flatMap((cenId) => this.cen(cenId) ?? [])
  }

  /** In an open world an unknown instance is created with the type, region and owner of its first use. */
  childInstance(
    childInstanceId: string,
    firstUse: { type: ChildInstanceType; regionId: string; ownerId: string },
  ): ChildInstance | undefined {
    const known = this.#childInstances.get(childInstanceId)
    if (!known && (!this.open || this.#deleted.has(childInstanceId))) return undefined
    const created: ChildInstance = {
      ...known,
      childInstanceId,
      type: known?.type ?? typeOfChildInstanceId(childInstanceId) ?? firstUse.type,
      regionId: known?.regionId ?? firstUse.regionId,
      ownerId: known?.ownerId ?? firstUse.ownerId,
    }
    this.#childInstances.set(childInstanceId, created)
    return created
  }

  /** Adds a network, or replaces what is known of it. */
  putChild(child: ChildInstance): void {
    this.#childInstances.set(child.childInstanceId, child)
    this.enterprise.forgetNetwork(child.childInstanceId)
  }

  deleteChild(childInstanceId: string): void {
    this.#childInstances.delete(childInstanceId)
    this.#deleted.add(childInstanceId)
    this.enterprise.forgetNetwork(childInstanceId)
  }

  childInstances(): ChildInstance[] {
    return [...this.#childInstances.keys()].flatMap((id) => this.findChild(id) ?? [])
  }

  /** An instance whose region is known; does not create it. */
  findChild(childInstanceId: string): ChildInstance | undefined {
    const child = this.#childInstances.get(childInstanceId)
    const type = child?.type ?? typeOfChildInstanceId(childInstanceId)
    if (!child || !type || child.regionId === undefined) return undefined
    const { regionId, ownerId = HOME_ACCOUNT.accountId } = child
    return { ...child, type, regionId, ownerId }
  }

  childStatus(child: ChildInstance, nowMs: number): string {
    return this.statusOf(child.status, child, nowMs)
  }

  /** The status now of a part of an instance, whose pending parts all become available at one time. */
  statusOf(
    status = 'Available',
    { availableAfterMs = Infinity }: Pick<ChildInstance, 'availableAfterMs'>,
    nowMs: number,
  ): string {
    return nowMs < this.startedAtMs + availableAfterMs ? status : 'Available'
  }

  /** The limits at `nowMs`, after the moves until then. */
  limitsAt(nowMs: number): WorldFile['limits'] {
    const { moves = [] } = this.limits
    return Object.assign({}, this.limits, ...moves.filter(({ afterMs }) => nowMs >= this.startedAtMs + afterMs))
  }

  /** The duration of an attach, in milliseconds. */
  attachMs(cen: EmulatedCen, child: ChildInstance, nowMs: number, random: Random, enterprise = false): number {
    if (child.neverAttaches) return Infinity
    const limits = this.limitsAt(nowMs)
    const ofEdition = (enterprise ? limits.enterpriseAttachMs : undefined) ?? limits.attachMs
    return drawMs(child.attachMs ?? cen.attachMs ?? ofEdition ?? DEFAULT_DURATIONS.attachMs, random)
  }

  /** The duration of another change, in milliseconds. */
  durationMs(name: DurationName, nowMs: number, random: Random, enterprise = false): number {
    const limits = this.limitsAt(nowMs)
    const ofEdition = enterprise && name === 'detachMs' ? limits.enterpriseDetachMs : undefined
    return drawMs(ofEdition ?? limits[name] ?? DEFAULT_DURATIONS[name], random)
  }

  /** What must be removed before an instance can be detached from a CEN. */
  blockers(childInstanceId: string, cenId: string, nowMs: number): { kind: BlockerKind; id: string }[] {
    return (this.known(childInstanceId).blockers ?? [])
      .filter((blocker) => (blocker.cenId ?? cenId) === cenId)
      .filter(({ goneAfterMs = Infinity }) => nowMs < this.startedAtMs + goneAfterMs)
      .map(({ kind, id = kind }) => ({ kind, id }))
  }

  attachesAtOnce(cen: EmulatedCen, nowMs: number): number {
    return cen.attachesAtOnce ?? this.limitsAt(nowMs).attachesAtOnce ?? ATTACHES_AT_ONCE
  }

  put(record: AttachmentRecord): void {
    this.#records.put(record)
  }

  /** The attachments at `nowMs`, with those that are attaching or detaching. */
  records(nowMs: number): AttachmentRecord[] {
    return this.#records.list(nowMs)
  }

  recordsOf(cenId: string, nowMs: number): AttachmentRecord[] {
    return this.#records.listOf(cenId, nowMs)
  }

  /** The number of changes that are under way on a CEN, of both editions. Assumed: the service counts them per CEN. */
  changing(cenId: string, nowMs: number): number {
    return this.#records.changing(cenId, nowMs) + this.enterprise.changes.count(cenId, nowMs)
  }

  /** True if the instance is attached to any CEN, or changing. */
  isAttached(childInstanceId: string, nowMs: number): boolean {
    return this.#records.isAttached(childInstanceId, nowMs)
  }

  /** The CENs that an instance is attached to, of both editions, also while that changes. */
  censOf(childInstanceId: string, nowMs: number): string[] {
    const ofRouters = this.enterprise.records.attachments.by('child', childInstanceId, nowMs)
    const ofBasic = this.#records.ofChild(childInstanceId, nowMs)
    return [...ofBasic, ...ofRouters].map(({ cenId }) => cenId)
  }

  /** True while an attachment of the instance, to any CEN, is attaching or detaching. */
  isChanging(childInstanceId: string, nowMs: number): boolean {
    const ofRouters = this.enterprise.records.attachments.by('child', childInstanceId, nowMs)
    const ofBasic = this.#records.ofChild(childInstanceId, nowMs)
    return [...ofBasic, ...ofRouters].some(({ status }) => status !== 'Attached')
  }

  /** Whether AutoPublishRouteEnabled is supported in a region. */
  publishesRoutes(regionId: string): boolean {
    const region = this.#file.regions?.find((one) => typeof one !== 'string' && one.regionId === regionId)
    return typeof region !== 'object' || region.autoPublish !== false
  }

  record(cenId: string, childInstanceId: string, nowMs: number): AttachmentRecord | undefined {
    return this.#records.find(cenId, childInstanceId, nowMs)
  }

  /** The known fields of an instance; does not create it. */
  known(childInstanceId: string): KnownFields {
    return this.#childInstances.get(childInstanceId) ?? {}
  }
}
