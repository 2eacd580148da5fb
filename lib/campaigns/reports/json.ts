/** The record of a campaign as JSON: written, and read back. */
import * as v from 'valibot'
import { ACTIONS, CHILD_INSTANCE_TYPES } from '../../domain/attachment.js'
import { OUTCOMES } from '../../domain/messages/result.js'
import {
  DETAIL_FIELDS,
  ERROR_FIELDS,
  plan,
  wholeNumber,
  would,
  zoneMappings,
} from '../../domain/messages/result-schema.js'
import { VPC_ROUTE_WORDS } from '../../domain/options/schema.js'
import type { CampaignRecord } from '../record.js'

export const reportJson = (record: CampaignRecord): string => `${JSON.stringify(record, null, 2)}\n`

const INSTANT = 'must be epoch milliseconds'
const atMs = v.pipe(v.number(INSTANT), v.integer(INSTANT), v.minValue(0, INSTANT), v.maxValue(8.64e15, INSTANT))

const RowSchema = v.strictObject({
  line: v.string(),
  requestId: v.string(),
  correlationId: v.exactOptional(v.string()),
  action: v.exactOptional(v.picklist(ACTIONS)),
  attachment: v.strictObject({
    cenId: v.string(),
    childInstanceId: v.string(),
    childInstanceType: v.picklist(CHILD_INSTANCE_TYPES),
    childInstanceRegionId: v.string(),
    childInstanceOwnerId: v.exactOptional(v.string()),
  }),
  options: v.exactOptional(
    v.strictObject({
      zoneMappings,
      associationRouteTableId: v.exactOptional(v.string()),
      propagationRouteTableIds: v.exactOptional(v.union([v.picklist(['default', 'none']), v.array(v.string())])),
      vpcRoutes: v.exactOptional(v.union([v.picklist(VPC_ROUTE_WORDS), v.array(v.string())])),
    }),
  ),
  revokeGrant: v.exactOptional(v.boolean()),
  submittedAtMs: v.exactOptional(atMs),
  outcome: v.exactOptional(v.picklist(OUTCOMES)),
  adopted: v.exactOptional(v.boolean()),
  details: v.exactOptional(v.strictObject(DETAIL_FIELDS)),
  error: v.exactOptional(v.strictObject(ERROR_FIELDS)),
  senderId: v.exactOptional(v.string()),
  grant: v.exactOptional(
    v.strictObject({
      ownerId: v.exactOptional(v.string()),
      sentence: v.string(),
      command: v.exactOptional(v.string()),
    }),
  ),
  preflight: v.exactOptional(v.strictObject({ would, reasons: v.array(v.string()), plan: v.exactOptional(plan) })),
  finishedAtMs: v.exactOptional(atMs),
  durationMs: v.exactOptional(wholeNumber),
  receiveCount: v.exactOptional(wholeNumber),
  timeline: v.array(v.strictObject({ atMs, event: v.picklist(['submitted', ...OUTCOMES]) })),
})

const RecordSchema = v.strictObject({
  campaignId: v.exactOptional(v.string()),
  startedAtMs: atMs,
  finishedAtMs: atMs,
  rows: v.array(RowSchema),
})

type RecordReading =
  | { readonly ok: true; readonly record: CampaignRecord }
  | { readonly ok: false; readonly faults: readonly string[] }

const MAX_FAULTS = 20

/** The record of a JSON report, or its faults, each with its path. */
export function readRecord(text: string): RecordReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, faults: [`is not JSON: ${(error as Error).message}`] }
  }
  const parsed = v.safeParse(RecordSchema, value)
  if (parsed.success) return { ok: true, record: parsed.output }
  const faults = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? '$'}: ${issue.message}`)
  const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : []
  return { ok: false, faults: [...faults.slice(0, MAX_FAULTS), ...more] }
}
