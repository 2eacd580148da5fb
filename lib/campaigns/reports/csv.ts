/** The record of a campaign as CSV: the fields of each request, so that it can be submitted again, and its outcome. */
import { stringify } from 'csv-stringify/sync'
import type { FIELD_NAMES } from '../../domain/messages/request-schema.js'
import { textOfList, textOfZoneMappings } from '../../domain/options/to-text.js'
import { guardCell, REPORT_COLUMNS } from '../csv-cells.js'
import { DETAIL_COLUMNS, detailCells, requestedAction } from '../facts/row-details.js'
import { statusOf } from '../facts/row-status.js'
import type { CampaignRecord, RecordedRow } from '../record.js'

type RequestColumn = Exclude<(typeof FIELD_NAMES)[number], 'notAfter' | 'dryRun'>
type CsvCells = Readonly<Record<RequestColumn | (typeof REPORT_COLUMNS)[number], string | number | boolean | undefined>>

/** Without `notAfter` and `dryRun`: a new submission sets its own. */
const REQUEST_COLUMNS: readonly RequestColumn[] = [
  'action',
  'cenId',
  'childInstanceId',
  'childInstanceType',
  'childInstanceRegionId',
  'childInstanceOwnerId',
  'zoneMappings',
  'associationRouteTableId',
  'propagationRouteTableIds',
  'vpcRoutes',
  'revokeGrant',
  'requestId',
  'correlationId',
  'campaignId',
]

const NO_DETAILS = Object.fromEntries(DETAIL_COLUMNS.map((name) => [name, undefined])) as Record<
  (typeof DETAIL_COLUMNS)[number],
  undefined
>

const instant = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString()

function cellsOf(row: RecordedRow, campaignId: string | undefined): CsvCells {
  const { attachment, options = {}, error, grant, preflight, durationMs } = row
  return {
    action: requestedAction(row),
    cenId: attachment.cenId,
    childInstanceId: attachment.childInstanceId,
    childInstanceType: attachment.childInstanceType,
    childInstanceRegionId: attachment.childInstanceRegionId,
    childInstanceOwnerId: attachment.childInstanceOwnerId,
    zoneMappings: textOfZoneMappings(options.zoneMappings),
    associationRouteTableId: options.associationRouteTableId,
    propagationRouteTableIds: textOfList(options.propagationRouteTableIds),
    vpcRoutes: textOfList(options.vpcRoutes),
    revokeGrant: row.revokeGrant,
    requestId: row.requestId,
    correlationId: row.correlationId,
    campaignId,
    line: row.line,
    outcome: statusOf(row),
    adopted: row.adopted,
    ...NO_DETAILS,
    ...detailCells(row.details),
    would: preflight?.would,
    reasons: (preflight ?? row.details)?.reasons?.join('; '),
    plan: preflight?.plan?.map(({ operation }) => operation).join('; '),
    errorCode: error?.code,
    errorKind: error?.kind,
    errorMessage: error?.message,
    apiRequestId: error?.apiRequestId,
    advice: error?.advice,
    grantCommand: grant?.command,
    submittedAt: instant(row.submittedAtMs),
    finishedAt: instant(row.finishedAtMs),
    durationSeconds: durationMs === undefined ? undefined : durationMs / 1_000,
    receiveCount: row.receiveCount,
  }
}

/** Cells that a CSV reader would trim or split. */
const QUOTED = /^\s|\s$|[\r\n\t;]/

/** RFC 4180 in UTF-8 with a byte order mark, which spreadsheets need; no cell is a formula. */
export function reportCsv({ campaignId, rows }: CampaignRecord): string {
  const columns = [...REQUEST_COLUMNS, ...REPORT_COLUMNS]
  const lines = rows.map((row) => {
    const cells = cellsOf(row, campaignId)
    return columns.map((name) => guardCell(String(cells[name] ?? '')))
  })
  return stringify(lines, { bom: true, header: true, columns, record_delimiter: 'windows', quoted_match: QUOTED })
}
