/** Compares the CENs with the requested rows, and prints the drift. */
import type { ChildInstanceState } from '../../lib/alibaba/basic/cbn.js'
import { countDrift, type DriftRow, findDrift, type ListedAttachment } from '../../lib/campaigns/drift.js'
import { plainTable } from '../../lib/campaigns/plain-table.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import type { Environment } from '../../lib/config/config.js'
import type { Answer } from '../../lib/domain/failure.js'
import { listingLimits, readInventory } from '../compose/inventory.js'
import { paint, print, UsageError } from '../terminal/print.js'

/**
 * Lists the CENs of the rows and, if a row is missing, all others of the account, since it may be attached there.
 * Rejects if a list cannot be read: an incomplete list would report attached rows as missing.
 */
export async function reconcileCens(expectedRows: readonly PlannedRow[], env: Environment): Promise<DriftRow[]> {
  const inventory = readInventory(env)
  const list = async (cenId: string): Promise<ListedAttachment[]> => {
    const entries = valueOrThrow(await inventory.attachedTo(cenId, listingLimits()), cenId)
    return entries.map((entry) => toListedAttachment(cenId, entry))
  }
  const named = [...new Set(expectedRows.map(({ request }) => request.attachment.cenId))]
  const listed = (await forEachInOrder(named, list)).flat()
  const isMissing = (rows: readonly DriftRow[]) => rows.filter(({ standing }) => standing === 'missing')
  const first = isMissing(findDrift(expectedRows, listed))
  if (first.length === 0) return findDrift(expectedRows, listed)
  const others = valueOrThrow(await inventory.cens(listingLimits()), 'the list of CENs').filter(
    (cenId) => !named.includes(cenId),
  )
  listed.push(...(await forEachInOrder(others, list)).flat())
  // A list that changes while it is paged may lose an entry, so each missing row is read by itself.
  const missing = new Set(isMissing(findDrift(expectedRows, listed)).map(({ requestId }) => requestId))
  for (const { request } of expectedRows.filter(({ request }) => missing.has(request.requestId))) {
    const { attachment } = request
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = attachment
    const { status } = valueOrThrow(await inventory.readState(attachment, listingLimits()), childInstanceId)
    if (status !== 'absent') listed.push({ cenId, childInstanceId, regionId, status })
  }
  return findDrift(expectedRows, listed)
}

const toListedAttachment = (cenId: string, entry: ChildInstanceState): ListedAttachment => ({
  cenId,
  childInstanceId: entry.ChildInstanceId,
  regionId: entry.ChildInstanceRegionId,
  status: entry.Status.toLowerCase(),
})

async function forEachInOrder<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (const name of names) all.push(await read(name))
  return all
}

function valueOrThrow<T>(answer: Answer<T>, what: string): T {
  if (answer.ok) return answer.value
  const { code, kind, message, advice } = answer.failure
  const explanation = message === advice ? advice : `${message}. ${advice}`
  // Without credentials nothing was compared, so this is wrong use, not drift.
  if (kind === 'credentials') throw new UsageError([`${what} could not be read: ${code}: ${explanation}`])
  throw new Error(`${what} could not be read: ${code}: ${explanation}`)
}

const DRIFT_COLOURS = {
  attached: 'attached',
  'under-way': 'pending',
  missing: 'failed',
  elsewhere: 'failed',
  unlisted: 'grant-required',
} as const

/** Rows that are attached as requested are only counted. */
export function printDrift(rows: readonly DriftRow[]): void {
  const drift = rows.filter(({ standing }) => standing !== 'attached')
  if (drift.length > 0) {
    const cells = drift.map((row) => [
      row.where ?? '',
      row.cenId,
      row.childInstanceId,
      row.regionId ?? '',
      paint(DRIFT_COLOURS[row.standing], row.standing),
      row.foundIn ?? '',
    ])
    print(`${plainTable(['row', 'cen', 'child instance', 'region', 'is', 'found in'], cells)}\n`)
  }
  const { attached, missing, elsewhere, unlisted, 'under-way': underWay } = countDrift(rows)
  print(
    `${attached} as requested, ${missing} missing, ${elsewhere} attached elsewhere, ${underWay} under way, ${unlisted} in no row`,
  )
  if (missing > 0) print('send the missing ones with --submit')
  if (elsewhere > 0)
    print('a network that is attached elsewhere must be detached there first: it can be in one CEN only')
}
