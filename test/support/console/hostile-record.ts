/** A record in which every text that may come from outside tries to be markup. */
import type { CampaignRecord, RecordedRow } from '../../../lib/campaigns/record.js'
import { sampleRecord } from './sample-record.js'

export const HOSTILE = `"'></title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>\${1}&amp;]]>`

const KEPT = new Set(['outcome', 'event', 'would', 'childInstanceType'])

const spoil = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') return KEPT.has(name) ? value : `${value}${HOSTILE}`
  if (Array.isArray(value)) return value.map((item) => spoil(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spoil(item, key)]))
}

export function hostileRecord(): CampaignRecord {
  const { rows, ...frame } = sampleRecord(250)
  const verdict: RecordedRow = {
    ...(rows[0] as RecordedRow),
    outcome: 'preflight',
    preflight: { would: 'refuse', reasons: ['no'] },
  }
  return spoil({ ...frame, rows: [verdict, ...rows] }) as CampaignRecord
}
