/** Drift: the attachments of the CENs compared with the requested ones. */
import { CHILD_INSTANCE_TYPES, type Edition } from '../domain/attachment.js'
import type { PlannedRow } from './plan.js'

/** An entry of a CEN's list. */
export interface ListedAttachment {
  readonly cenId: string
  readonly childInstanceId: string
  readonly type?: string | undefined
  readonly regionId?: string | undefined
  readonly ownerId?: string | undefined
  readonly edition?: Edition | undefined
  /** The cloud service that manages it. */
  readonly managedService?: string | undefined
  /** The API's status, in lower case. */
  readonly status: string
}

/**
 * Of a row: `attached` and `detached` as requested; `under-way`: attaching or detaching; `missing`: to be attached, and in
 * no CEN of this account; `elsewhere`: to be attached, and in another CEN; `still-attached`: to be detached. `unlisted`:
 * in a CEN that a row names, but in no row.
 */
type DriftStatus = 'attached' | 'detached' | 'under-way' | 'missing' | 'elsewhere' | 'still-attached' | 'unlisted'

export interface DriftRow {
  readonly standing: DriftStatus
  readonly cenId: string
  readonly childInstanceId: string
  readonly regionId?: string
  /** The position of the row in its file; absent on `unlisted`. */
  readonly where?: string
  readonly requestId?: string
  /** The CEN that has it; only on `elsewhere`. */
  readonly foundIn?: string
  /** Why it is never pruned; only on `unlisted`. */
  readonly kept?: string
}

const keyOf = (cenId: string, childInstanceId: string) => `${cenId}\n${childInstanceId}`

/** The status of every row, followed by the unlisted attachments of the CENs that rows name. */
export function findDrift(expectedRows: readonly PlannedRow[], listed: readonly ListedAttachment[]): DriftRow[] {
  const entries = new Map(listed.map((one) => [keyOf(one.cenId, one.childInstanceId), one]))
  // On Enterprise Edition a network may be in several CENs.
  const exclusive = listed.filter(({ edition }) => edition !== 'enterprise')
  const cenByInstance = new Map(exclusive.map((one) => [one.childInstanceId, one.cenId]))
  const requested = expectedRows.map(({ where, request }): DriftRow => {
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = request.attachment
    const expected = { cenId, childInstanceId, regionId, where, requestId: request.requestId }
    const entry = entries.get(keyOf(cenId, childInstanceId))
    const foundIn = cenByInstance.get(childInstanceId)
    if (entry && entry.status !== 'attached') return { standing: 'under-way', ...expected }
    if (request.action === 'detach') return { standing: entry ? 'still-attached' : 'detached', ...expected }
    if (entry) return { standing: 'attached', ...expected }
    return foundIn === undefined
      ? { standing: 'missing', ...expected }
      : { standing: 'elsewhere', ...expected, foundIn }
  })
  const unlisted = findUnlisted(expectedRows, listed).map(
    ({ entry: { cenId, childInstanceId, regionId }, kept }): DriftRow => ({
      standing: 'unlisted',
      cenId,
      childInstanceId,
      ...(regionId !== undefined && { regionId }),
      ...(kept !== undefined && { kept }),
    }),
  )
  return [...requested, ...unlisted]
}

interface UnlistedAttachment {
  readonly entry: ListedAttachment
  /** Why it is never pruned. */
  readonly kept?: string
}

/** What is in a CEN that a row names, and in no row. */
export function findUnlisted(
  expectedRows: readonly PlannedRow[],
  listed: readonly ListedAttachment[],
): UnlistedAttachment[] {
  const expectedKeys = new Set(
    expectedRows.map(({ request: { attachment } }) => keyOf(attachment.cenId, attachment.childInstanceId)),
  )
  const cens = new Set(expectedRows.map(({ request }) => request.attachment.cenId))
  const rowOf = new Map(expectedRows.map((row) => [row.request.attachment.childInstanceId, row.where]))
  return listed
    .filter(({ cenId, childInstanceId }) => cens.has(cenId) && !expectedKeys.has(keyOf(cenId, childInstanceId)))
    .map((entry) => {
      const kept = whyKept(entry, rowOf.get(entry.childInstanceId))
      return { entry, ...(kept !== undefined && { kept }) }
    })
}

/** `where`: the row that names the network for another CEN. */
function whyKept(entry: ListedAttachment, where: string | undefined): string | undefined {
  if (!CHILD_INSTANCE_TYPES.some((type) => type === entry.type)) return `is of type ${entry.type ?? 'unknown'}`
  if (entry.managedService !== undefined) return `is managed by ${entry.managedService}`
  if (entry.status !== 'attached') return `is ${entry.status}`
  if (entry.regionId === undefined || entry.ownerId === undefined) return 'its region or owner could not be read'
  return where === undefined ? undefined : `${where} names it for another CEN`
}

/** The fields of the requests that detach these attachments. `cenOwnerId`: the account that owns the CENs. */
export const toDetachFields = (entries: readonly ListedAttachment[], cenOwnerId: string) =>
  entries.map(({ cenId, childInstanceId, type, regionId, ownerId }) => ({
    where: `in ${cenId}`,
    fields: {
      action: 'detach',
      cenId,
      childInstanceId,
      childInstanceType: type,
      childInstanceRegionId: regionId,
      ...(ownerId !== cenOwnerId && { childInstanceOwnerId: ownerId }),
    },
  }))

/** Whether a status is as its row requests. */
export const isAsRequested = ({ standing }: DriftRow): boolean => standing === 'attached' || standing === 'detached'

export function countDrift(rows: readonly DriftRow[]): Readonly<Record<DriftStatus, number>> {
  const counts = {
    attached: 0,
    detached: 0,
    'under-way': 0,
    missing: 0,
    elsewhere: 0,
    'still-attached': 0,
    unlisted: 0,
  }
  for (const { standing } of rows) counts[standing] += 1
  return counts
}
