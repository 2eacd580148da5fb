/** The reports that can be written, by the extension of their file. */
import type { CampaignRecord } from '../record.js'

export type ReportWriter = (record: CampaignRecord) => Promise<string>

/** Each is loaded when it is asked for: a command that writes no page need not load what draws its charts. */
export const REPORT_WRITERS: Readonly<Record<string, ReportWriter>> = {
  html: async (record) => (await import('./html/page.js')).reportHtml(record),
  csv: async (record) => (await import('./csv.js')).reportCsv(record),
  json: async (record) => (await import('./json.js')).reportJson(record),
}
