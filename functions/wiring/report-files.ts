/** The files of `--report`: which writer an extension means, and the writing. */
import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { CampaignRecord } from '../../lib/campaign/campaign-record.js'
import { REPORT_WRITERS, type ReportWriter } from '../../lib/campaign/report-writers.js'

export interface ReportFile {
  readonly path: string
  readonly write: ReportWriter
}

/** Reads one `--report FILE`; the option may be given several times. That it cannot be written is told before anything is sent. */
export function reportOption(path: string, before: readonly ReportFile[] = []): readonly ReportFile[] {
  const write = REPORT_WRITERS[extname(path).slice(1).toLowerCase()]
  if (!write) throw new InvalidArgumentError(`must end in .${Object.keys(REPORT_WRITERS).join(', .')}`)
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch {
    throw new InvalidArgumentError(`cannot be written: there is no folder ${dirname(path)} that may be written to`)
  }
  return [...before, { path, write }]
}

export async function writeReports(files: readonly ReportFile[], record: CampaignRecord): Promise<void> {
  for (const { path, write } of files) writeFileSync(path, await write(record))
}
