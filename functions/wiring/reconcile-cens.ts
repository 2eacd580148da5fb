/** Reads the CENs for a reconciliation. */
import type { ChildInstanceState } from '../../lib/alibaba/cbn.js'
import { type DriftRow, findDrift, type Listed } from '../../lib/campaign/drift.js'
import type { Environment } from '../../lib/config.js'
import { systemClock } from '../../lib/host/system-clock.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import type { Answer } from '../../lib/ports.js'
import { readInventory } from './inventory.js'
import { WrongUse } from './terminal.js'

const LOOK_MS = 120_000
const limits = () => ({ deadlineMs: systemClock.now() + LOOK_MS })

/**
 * Lists the CENs that the wishes name, and all others of the account where something is missing: it may be attached there.
 * Rejects where a list cannot be read: half a look would call things missing that are not.
 */
export async function reconcileCens(wishes: readonly PlannedRow[], env: Environment): Promise<DriftRow[]> {
  const inventory = readInventory(env)
  const list = async (cenId: string): Promise<Listed[]> => {
    const entries = unwrapped(await inventory.attachedTo(cenId, limits()), cenId)
    return entries.map((entry) => toListed(cenId, entry))
  }
  const named = [...new Set(wishes.map(({ request }) => request.attachment.cenId))]
  const listed = (await inTurn(named, list)).flat()
  const isMissing = (rows: readonly DriftRow[]) => rows.filter(({ standing }) => standing === 'missing')
  const first = isMissing(findDrift(wishes, listed))
  if (first.length === 0) return findDrift(wishes, listed)
  const others = unwrapped(await inventory.cens(limits()), 'the list of CENs').filter((cenId) => !named.includes(cenId))
  listed.push(...(await inTurn(others, list)).flat())
  // A list that moves while it is paged may lose an entry, so what it does not show is asked for by itself.
  const missing = new Set(isMissing(findDrift(wishes, listed)).map(({ requestId }) => requestId))
  for (const { request } of wishes.filter(({ request }) => missing.has(request.requestId))) {
    const { attachment } = request
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = attachment
    const { status } = unwrapped(await inventory.readState(attachment, limits()), childInstanceId)
    if (status !== 'absent') listed.push({ cenId, childInstanceId, regionId, status })
  }
  return findDrift(wishes, listed)
}

const toListed = (cenId: string, entry: ChildInstanceState): Listed => ({
  cenId,
  childInstanceId: entry.ChildInstanceId,
  regionId: entry.ChildInstanceRegionId,
  status: entry.Status.toLowerCase(),
})

async function inTurn<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (const name of names) all.push(await read(name))
  return all
}

function unwrapped<T>(answer: Answer<T>, what: string): T {
  if (answer.ok) return answer.value
  const { code, kind, message, advice } = answer.failure
  const said = message === advice ? advice : `${message}. ${advice}`
  // Without keys nothing was compared: that is no drift.
  if (kind === 'credentials') throw new WrongUse([`${what} could not be read: ${code}: ${said}`])
  throw new Error(`${what} could not be read: ${code}: ${said}`)
}
