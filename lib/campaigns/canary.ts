/** The canary: a few rows of each region are sent first; their outcomes decide whether the rest is sent. */
import type { RequestAction } from '../domain/attachment.js'
import type { AttachmentRequest } from '../domain/messages/request.js'
import { groupBy } from './facts/groups.js'
import type { RowStatus } from './facts/row-status.js'
import type { Outcomes } from './outcomes.js'
import type { RowToSend } from './outstanding.js'

/** Attaches and detaches of a region are separate groups. */
const groupOf = ({ row: { request } }: RowToSend): string =>
  `${request.action}\n${request.attachment.childInstanceRegionId}`

/** The first `perRegion` rows of each region and action, and the rest, both in the order of the file. */
export function splitCanary(all: readonly RowToSend[], perRegion: number): { canary: RowToSend[]; rest: RowToSend[] } {
  const taken = new Map<string, number>()
  const canary: RowToSend[] = []
  const rest: RowToSend[] = []
  for (const one of all) {
    const group = groupOf(one)
    const count = taken.get(group) ?? 0
    taken.set(group, count + 1)
    if (count < perRegion) canary.push(one)
    else rest.push(one)
  }
  return { canary, rest }
}

export interface RegionFailures {
  readonly regionId: string
  readonly action: RequestAction
  readonly rows: number
  readonly failed: number
}

/** The regions in which more than `maxPercent` of the canary rows failed, by action. A row that waits for a grant counts as failed. */
export function failingRegions(canary: readonly RowToSend[], outcomes: Outcomes, maxPercent: number): RegionFailures[] {
  return groupBy(canary, groupOf)
    .map(({ rows: members }) => {
      const [{ action, attachment }] = members.map(({ row }) => row.request) as [AttachmentRequest]
      const failed = members.filter(({ row }) => FAILED.has(outcomes.status(row.request.requestId)))
      return { regionId: attachment.childInstanceRegionId, action, rows: members.length, failed: failed.length }
    })
    .filter(({ rows, failed }) => (100 * failed) / rows > maxPercent)
}

const FAILED: ReadonlySet<RowStatus | undefined> = new Set(['failed', 'grant-required'])
