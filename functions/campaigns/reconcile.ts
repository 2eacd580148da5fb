/** Compares the CENs with the requested rows, and prints the drift. */
import {
  countDrift,
  type DriftRow,
  findDrift,
  findUnlisted,
  isAsRequested,
  type ListedAttachment,
  toDetachFields,
} from '../../lib/campaigns/drift.js'
import { plainTable } from '../../lib/campaigns/plain-table.js'
import { type PlannedRow, planCampaign } from '../../lib/campaigns/plan.js'
import type { Answer } from '../../lib/domain/failure.js'
import { DEFAULT_TTL_MS } from '../../lib/domain/messages/request.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { type CenReader, listingLimits } from '../compose/inventory.js'
import { paint, print, UsageError, warn } from '../terminal/print.js'

export interface Drift {
  readonly rows: readonly DriftRow[]
  /** Attachments in no row that `--prune` detaches. */
  readonly prunable: readonly ListedAttachment[]
  /** Lists that RAM does not let the identity read. */
  readonly unread: readonly string[]
}

/**
 * Lists the CENs of the rows and, if a row is missing, all others of the account, since it may be attached there.
 * Rejects if a list cannot be read: an incomplete list would report attached rows as missing.
 */
export async function reconcileCens(expectedRows: readonly PlannedRow[], inventory: CenReader): Promise<Drift> {
  const unread: string[] = []
  const list = async (cenId: string): Promise<ListedAttachment[]> => {
    const read = valueOrThrow(await inventory.attachments(cenId, listingLimits()), cenId)
    unread.push(...read.unread)
    return read.entries.map((entry) => ({ cenId, ...entry }))
  }
  const named = [...new Set(expectedRows.map(({ request }) => request.attachment.cenId))]
  const listed = (await forEachInOrder(named, list)).flat()
  const findMissing = () => {
    const missing = findDrift(expectedRows, listed).filter(({ standing }) => standing === 'missing')
    const ids = new Set(missing.map(({ requestId }) => requestId))
    return expectedRows.filter(({ request }) => ids.has(request.requestId))
  }
  if (findMissing().length > 0) {
    const all = valueOrThrow(await inventory.cens(listingLimits()), 'the list of CENs')
    const others = all.filter((cenId) => !named.includes(cenId))
    listed.push(...(await forEachInOrder(others, list)).flat())
  }
  // A list that changes while it is paged may lose an entry, so each missing row is read by itself.
  for (const { request } of findMissing()) {
    const { attachment } = request
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = attachment
    const { status } = valueOrThrow(await inventory.readState(attachment, listingLimits()), childInstanceId)
    if (status !== 'absent') listed.push({ cenId, childInstanceId, regionId, status })
  }
  const unlisted = findUnlisted(expectedRows, listed)
  const prunable = unlisted.flatMap(({ entry, kept }) => (kept === undefined ? [entry] : []))
  return { rows: findDrift(expectedRows, listed), prunable, unread }
}

/**
 * The requests that detach what is in no row. Rejects if a list could not be read. What a cloud service manages is left
 * out; on Basic Edition only the attribute of an attachment shows that, which is read of at most `max` attachments.
 */
export async function pruneRows(
  { prunable, unread }: Drift,
  inventory: CenReader,
  cenOwnerId: string,
  max: number,
): Promise<PlannedRow[]> {
  if (unread.length > 0)
    throw new Error(`nothing was sent: --prune needs complete lists, and these could not be read: ${unread.join('; ')}`)
  const planOf = (entries: readonly ListedAttachment[]) => {
    const fields = toDetachFields(entries, cenOwnerId)
    const plan = planCampaign(fields, { nowMs: systemClock.now(), ttlMs: DEFAULT_TTL_MS })
    if (plan.ok) return plan.rows
    const faults = plan.faults.map(({ where, path, message }) => `${where}: ${path} ${message}`)
    throw new Error(`nothing was sent: a list has entries that no request can name: ${faults.join('; ')}`)
  }
  const rows = planOf(prunable)
  if (rows.length > max) return [...rows]
  const managed = new Set<string>()
  for (const [index, { edition }] of prunable.entries()) {
    const row = rows[index]
    if (edition === 'enterprise' || !row) continue
    const { attachment, idempotencyKey } = row.request
    const service = valueOrThrow(
      await inventory.managedService(attachment, listingLimits()),
      attachment.childInstanceId,
    )
    if (service === undefined) continue
    managed.add(idempotencyKey)
    warn(`${attachment.childInstanceId} is left in ${attachment.cenId}: it is managed by ${service}`)
  }
  return rows.filter(({ request }) => !managed.has(request.idempotencyKey))
}

/** The rows to be sent: missing ones, and those that are still attached. */
export function rowsToMend(expectedRows: readonly PlannedRow[], { rows }: Drift): PlannedRow[] {
  const open = rows.filter(({ standing }) => standing === 'missing' || standing === 'still-attached')
  const ids = new Set(open.map(({ requestId }) => requestId))
  return expectedRows.filter(({ request }) => ids.has(request.requestId))
}

async function forEachInOrder<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (const name of names) all.push(await read(name))
  return all
}

export function valueOrThrow<T>(answer: Answer<T>, what: string): T {
  if (answer.ok) return answer.value
  const { code, kind, message, advice } = answer.failure
  const explanation = message === advice ? advice : `${message}. ${advice}`
  // Without credentials nothing was compared, so this is wrong use, not drift.
  if (kind === 'credentials') throw new UsageError([`${what} could not be read: ${code}: ${explanation}`])
  throw new Error(`${what} could not be read: ${code}: ${explanation}`)
}

const DRIFT_COLOURS = {
  attached: 'attached',
  detached: 'detached',
  'under-way': 'pending',
  missing: 'failed',
  elsewhere: 'failed',
  'still-attached': 'failed',
  unlisted: 'grant-required',
} as const

/** Rows that are as requested are only counted. */
export function printDrift({ rows, prunable, unread }: Drift): void {
  const drift = rows.filter((row) => !isAsRequested(row))
  if (drift.length > 0) {
    const cells = drift.map((row) => [
      row.where ?? '',
      row.cenId,
      row.childInstanceId,
      row.regionId ?? '',
      paint(DRIFT_COLOURS[row.standing], row.standing),
      row.foundIn ?? row.kept ?? '',
    ])
    print(`${plainTable(['row', 'cen', 'child instance', 'region', 'is', 'note'], cells)}\n`)
  }
  const { attached, detached, missing, elsewhere, unlisted, ...others } = countDrift(rows)
  const { 'under-way': underWay, 'still-attached': stillAttached } = others
  const counts = [
    `${attached + detached} as requested`,
    `${missing} missing`,
    ...(stillAttached > 0 ? [`${stillAttached} still attached`] : []),
    `${elsewhere} attached elsewhere`,
    `${underWay} under way`,
    `${unlisted} in no row`,
  ]
  print(counts.join(', '))
  if (missing + stillAttached > 0) print('send the missing ones, and the detaches, with --submit')
  if (prunable.length > 0) print(`detach ${prunable.length} of those in no row with --submit --prune`)
  if (elsewhere > 0)
    print('a network that is attached elsewhere must be detached there first: it can be in one CEN only')
  for (const one of unread) print(`not read: ${one}`)
}
