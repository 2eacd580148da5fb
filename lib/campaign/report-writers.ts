/** The reports that can be written, by the extension of their file. */
import type { CampaignRecord } from './campaign-record.js'
import { reportJson } from './report-json.js'

export const REPORT_WRITERS: Readonly<Record<string, (record: CampaignRecord) => string>> = {
  json: reportJson,
}
