/** The reports that can be written, by the extension of their file. */
import type { CampaignRecord } from './campaign-record.js'

export type ReportWriter = (record: CampaignRecord) => Promise<string>

/** Each is loaded when it is asked for: a command that writes no page need not load what draws its charts. */
export const REPORT_WRITERS: Readonly<Record<string, ReportWriter>> = {
  html: async (record) => (await import('./report-html.js')).reportHtml(record),
  csv: async (record) => (await import('./report-csv.js')).reportCsv(record),
  json: async (record) => (await import('./report-json.js')).reportJson(record),
}
