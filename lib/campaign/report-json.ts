/** The record of a campaign as JSON, for programs. */
import type { CampaignRecord } from './campaign-record.js'

export const reportJson = (record: CampaignRecord): string => `${JSON.stringify(record, null, 2)}\n`
