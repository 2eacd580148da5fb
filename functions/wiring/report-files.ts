/** The files of `--report`: which writer an extension means, and the writing. */
import { writeFileSync } from 'node:fs'
import { extname } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { CampaignRecord } from '../../lib/campaign/campaign-record.js'
import { REPORT_WRITERS } from '../../lib/campaign/report-writers.js'

export interface ReportFile {
  readonly path: string
  readonly write: (record: CampaignRecord) => string
}

/** Reads one `--report FILE`; the option may be given several times. */
export function reportOption(path: string, before: readonly ReportFile[] = []): readonly ReportFile[] {
  const write = REPORT_WRITERS[extname(path).slice(1).toLowerCase()]
  if (!write) throw new InvalidArgumentError(`must end in .${Object.keys(REPORT_WRITERS).join(', .')}`)
  return [...before, { path, write }]
}

export function writeReports(files: readonly ReportFile[], record: CampaignRecord): void {
  for (const { path, write } of files) writeFileSync(path, write(record))
}
