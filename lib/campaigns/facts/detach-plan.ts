/** What a submission detaches, by CEN, and whether a person must agree to it. */
import type { PlannedRow } from '../plan.js'
import { count } from './format.js'
import { groupBySize } from './groups.js'

/** How many networks one submission detaches unless `--max` names another number. */
export const DEFAULT_MAX_DETACHES = 20
/** The ids that are listed of each CEN. */
const MAX_IDS = 40
const IDS_A_LINE = 4

export const detachesOf = (rows: readonly PlannedRow[]): PlannedRow[] =>
  rows.filter(({ request }) => request.action === 'detach' && !request.dryRun)

interface DetachPlan {
  readonly cenId: string
  readonly rows: readonly PlannedRow[]
}

/** The largest CEN first. */
export const planDetaches = (rows: readonly PlannedRow[]): DetachPlan[] =>
  groupBySize(rows, ({ request }) => request.attachment.cenId).map(({ name, rows: members }) => ({
    cenId: name,
    rows: members,
  }))

/** The plan for a person, in lines; at most 40 ids of each CEN. */
export function detachPlanText(plans: readonly DetachPlan[]): string {
  const all = plans.reduce((total, { rows }) => total + rows.length, 0)
  const cens = plans.flatMap(({ cenId, rows }) => {
    const regions = groupBySize(rows, ({ request }) => request.attachment.childInstanceRegionId)
    const ids = rows.map(({ request }) => request.attachment.childInstanceId)
    const grants = rows.filter(({ request }) => request.revokeGrant).length
    const more = ids.length - MAX_IDS
    return [
      `  - ${cenId}: ${count(rows.length, 'network')} (${regions.map(({ name, rows: { length } }) => `${name} ${length}`).join(', ')})`,
      ...(grants > 0 ? [`      and the grants of ${grants} are taken back`] : []),
      ...inLines(ids.slice(0, MAX_IDS)).map((line) => `      ${line}`),
      ...(more > 0 ? [`      and ${more} more`] : []),
    ]
  })
  return [`${count(all, 'network')} of ${count(plans.length, 'CEN')} would be detached:`, ...cens].join('\n')
}

const inLines = (ids: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(ids.length / IDS_A_LINE) }, (_, line) =>
    ids.slice(line * IDS_A_LINE, (line + 1) * IDS_A_LINE).join('  '),
  )
