/** Prepares the rows of a file as one campaign: its id, and changed fields of the requests. */
import { randomBytes } from 'node:crypto'
import type { PlannedRow } from '../../lib/campaigns/plan.js'
import { UsageError } from '../terminal/print.js'

interface CampaignRows {
  readonly rows: readonly PlannedRow[]
  readonly campaignId?: string
}

/** The campaign of `--campaign`, or of all rows, or a generated one if they must be followed. */
export function toCampaignRows(
  rows: readonly PlannedRow[],
  named: string | undefined,
  mustFollow: boolean,
): CampaignRows {
  const ids = [...new Set(rows.map(({ request }) => request.campaignId))]
  const others = named === undefined ? [] : rows.filter(({ request }) => request.campaignId !== named)
  if (others.length > 0)
    throw new UsageError(
      others.map(
        ({ where, request }) =>
          `${where}: campaignId is ${request.campaignId}, and --campaign is ${named}; leave one of them out`,
      ),
    )
  const shared = ids.length === 1 ? ids[0] : undefined
  if (shared !== undefined) return { rows, campaignId: shared }
  if (!mustFollow) return { rows }
  if (ids.length > 1)
    throw new UsageError([
      `the rows name ${ids.length} campaigns (or none); only one can be followed: submit a file for each`,
    ])
  const campaignId = generateCampaignId('submit')
  return { rows: rows.map((row) => withFields(row, { campaignId })), campaignId }
}

/** The rows as a dry run in a campaign of its own, so that none counts as sent. */
export function toDryRunRows(rows: readonly PlannedRow[]): CampaignRows {
  const campaignId = generateCampaignId('dry-run')
  return { rows: rows.map((row) => withFields(row, { campaignId, dryRun: true })), campaignId }
}

/**
 * The rows as new requests: with new request ids, since the old ones have results already, in a new campaign unless one is
 * named, and without `notAfter`.
 */
export function asNewRequests(rows: readonly PlannedRow[], named: string | undefined): CampaignRows {
  const campaignId = named ?? generateCampaignId('reconcile')
  const stamp = generateCampaignId('again')
  const again = rows.map((row) => {
    const { notAfter: _, ...kept } = JSON.parse(row.body) as Record<string, unknown>
    const requestId = `${stamp}.${row.request.idempotencyKey.slice(0, 32)}`
    return withFields({ ...row, body: JSON.stringify(kept) }, { campaignId, requestId })
  })
  return { rows: again, campaignId }
}

/** Such as `submit.20261125T194500Z.3fa9`. */
const generateCampaignId = (word: string): string =>
  `${word}.${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.${randomBytes(2).toString('hex')}`

/** The row with changed fields of its request. */
function withFields(row: PlannedRow, fields: { campaignId: string; requestId?: string; dryRun?: true }): PlannedRow {
  return {
    ...row,
    request: { ...row.request, ...fields },
    body: JSON.stringify({ ...(JSON.parse(row.body) as object), ...fields }),
  }
}
