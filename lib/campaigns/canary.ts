/** The canary: a few rows of each region are sent first; their outcomes decide whether the rest is sent. */

import type { Outcomes } from './outcomes.js'
import type { RowToSend } from './outstanding.js'

/** The first `perRegion` rows of each region, and the rest, both in the order of the file. */
export function splitCanary(all: readonly RowToSend[], perRegion: number): { canary: RowToSend[]; rest: RowToSend[] } {
  const taken = new Map<string, number>()
  const canary: RowToSend[] = []
  const rest: RowToSend[] = []
  for (const one of all) {
    const { childInstanceRegionId } = one.row.request.attachment
    const count = taken.get(childInstanceRegionId) ?? 0
    taken.set(childInstanceRegionId, count + 1)
    if (count < perRegion) canary.push(one)
    else rest.push(one)
  }
  return { canary, rest }
}

export interface RegionFailures {
  readonly regionId: string
  readonly rows: number
  readonly failed: number
}

/** The regions in which more than `maxPercent` of the canary rows failed. A row that waits for a grant counts as failed. */
export function failingRegions(canary: readonly RowToSend[], outcomes: Outcomes, maxPercent: number): RegionFailures[] {
  const regions = new Map<string, { rows: number; failed: number }>()
  for (const { row } of canary) {
    const { requestId, attachment } = row.request
    const region = regions.get(attachment.childInstanceRegionId) ?? { rows: 0, failed: 0 }
    const status = outcomes.status(requestId)
    region.rows += 1
    if (status === 'failed' || status === 'grant-required') region.failed += 1
    regions.set(attachment.childInstanceRegionId, region)
  }
  return [...regions]
    .map(([regionId, counts]) => ({ regionId, ...counts }))
    .filter(({ rows, failed }) => (100 * failed) / rows > maxPercent)
}
