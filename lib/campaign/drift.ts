/** What the CENs have, held against what somebody wished. */
import type { PlannedRow } from '../onboarding-plan.js'

/** An entry of a CEN's list. */
export interface Listed {
  readonly cenId: string
  readonly childInstanceId: string
  readonly regionId?: string | undefined
  /** As the API says it, in lower case. */
  readonly status: string
}

/**
 * `attached` as wished; `under-way`: attaching or detaching; `missing`: in no CEN that this account sees; `elsewhere`: in
 * another CEN; `unlisted`: in a CEN that the wishes name, and wished by none.
 */
export type Standing = 'attached' | 'under-way' | 'missing' | 'elsewhere' | 'unlisted'

export interface DriftRow {
  readonly standing: Standing
  readonly cenId: string
  readonly childInstanceId: string
  readonly regionId?: string
  /** Where the wish stands; absent where there is none. */
  readonly where?: string
  readonly requestId?: string
  /** The CEN that has it, where that is another one. */
  readonly foundIn?: string
}

/** Every wish, and after them what is attached to the wished CENs without one. */
export function findDrift(wishes: readonly PlannedRow[], listed: readonly Listed[]): DriftRow[] {
  const key = (cenId: string, childInstanceId: string) => `${cenId}\n${childInstanceId}`
  const entries = new Map(listed.map((one) => [key(one.cenId, one.childInstanceId), one]))
  const holders = new Map(listed.map((one) => [one.childInstanceId, one.cenId]))
  const wished = new Set(wishes.map(({ request: { attachment } }) => key(attachment.cenId, attachment.childInstanceId)))
  const cens = new Set(wishes.map(({ request }) => request.attachment.cenId))
  const asked = wishes.map(({ where, request }): DriftRow => {
    const { cenId, childInstanceId, childInstanceRegionId: regionId } = request.attachment
    const wish = { cenId, childInstanceId, regionId, where, requestId: request.requestId }
    const entry = entries.get(key(cenId, childInstanceId))
    const holder = holders.get(childInstanceId)
    if (entry) return { standing: entry.status === 'attached' ? 'attached' : 'under-way', ...wish }
    return holder === undefined ? { standing: 'missing', ...wish } : { standing: 'elsewhere', ...wish, foundIn: holder }
  })
  const unlisted = listed
    .filter(({ cenId, childInstanceId }) => cens.has(cenId) && !wished.has(key(cenId, childInstanceId)))
    .map(({ cenId, childInstanceId, regionId }): DriftRow => {
      return { standing: 'unlisted', cenId, childInstanceId, ...(regionId !== undefined && { regionId }) }
    })
  return [...asked, ...unlisted]
}

export function countDrift(rows: readonly DriftRow[]): Readonly<Record<Standing, number>> {
  const counts = { attached: 0, 'under-way': 0, missing: 0, elsewhere: 0, unlisted: 0 }
  for (const { standing } of rows) counts[standing] += 1
  return counts
}
