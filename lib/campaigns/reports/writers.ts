/** The writers of reports, by file extension. */
import type { CampaignRecord } from '../record.js'

export type ReportWriter = (record: CampaignRecord) => Promise<string>

/** Each is loaded on first use: a command that writes no page does not load the chart renderer. */
export const REPORT_WRITERS: Readonly<Record<string, ReportWriter>> = {
  html: async (record) => (await import('./html/page.js')).reportHtml(record),
  csv: async (record) => (await import('./csv.js')).reportCsv(record),
  json: async (record) => (await import('./json.js')).reportJson(record),
}
