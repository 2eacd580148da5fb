/** Reads the CENs for a reconciliation. */
import type { ChildInstanceState } from '../../lib/alibaba/basic/cbn.js'
import { countDrift, type DriftRow, findDrift, type ListedAttachment } from '../../lib/campaigns/drift.js'
import { plainTable } from '../../lib/campaigns/outcome-table.js'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import type { Environment } from '../../lib/config/config.js'
import type { Answer } from '../../lib/domain/failure.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { readInventory } from '../compose/inventory.js'
import { paint, print, UsageError } from '../terminal/print.js'

const LIST_TIMEOUT_MS = 120_000
const limits = () => ({ deadlineMs: systemClock.now() + LIST_TIMEOUT_MS })

/**
 * Lists the CENs that the wishes name, and all others of the account where something is missing: it may be attached there.
 * Rejects where a list cannot be read: half a look would call things missing that are not.
 */
export async function reconcileCens(expectedRows: readonly PlannedRow[], env: Environment): Promise<DriftRow[]> {
  const inventory = readInventory(env)
  const list = async (cenId: string): Promise<ListedAttachment[]> => {
    const entries = valueOrThrow(await inventory.attachedTo(cenId, limits()), cenId)
    return entries.map((entry) => toListedAttachment(cenId, entry))
  }
  const named = [...new Set(expectedRows.map(({ request }) => request.attachment.cenId))]
  const listed = (await forEachInOrder(named, list)).flat()
  const isMissing = (rows: readonly DriftRow[]) => rows.filter(({ standing }) => standing === 'missing')
  const first = isMissing(findDrift(expectedRows, listed))
  if (first.length === 0) return findDrift(expectedRows, listed)
  const others = valueOrThrow(await inventory.cens(limits()), 'the list of CENs').filter(
    (cenId) => !named.includes(cenId),
  )
  listed.push(...(await forEachInOrder(others, list)).flat())
  // A list that moves while it is paged may lose an entry, so what it does not show is asked for by itself.
  const missing = new Set(isMissing(findDrift(expectedRows, listed)).map(({ requestId }) => requestId))
  for (const { request } of expectedRows.filter(({ request }) => missing.has(request.requestId))) {
    const { attachment } = request
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = attachment
    const { status } = valueOrThrow(await inventory.readState(attachment, limits()), childInstanceId)
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
  // Without keys nothing was compared: that is no drift.
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

/** What is as wished is counted, not listed. */
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
    `${attached} as wished, ${missing} missing, ${elsewhere} attached elsewhere, ${underWay} under way, ${unlisted} in no list`,
  )
  if (missing > 0) print('send the missing ones with --submit')
  if (elsewhere > 0) print('what is attached elsewhere must be detached there first: it can be in one CEN only')
}
