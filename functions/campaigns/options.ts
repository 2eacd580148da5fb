/** The options of the campaign commands. */
import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { DEFAULT_MAX_DETACHES } from '../../lib/campaigns/facts/detach-plan.js'
import type { CampaignRecord } from '../../lib/campaigns/record.js'
import { REPORT_WRITERS, type ReportWriter } from '../../lib/campaigns/reports/writers.js'

/** Of every command that sends a file: `submit`, `local --submit`, `reconcile --submit`. */
export interface CampaignOptions {
  readonly campaign?: string
  readonly dryRun?: boolean
  readonly canary?: number
  readonly canaryFailures: number
  readonly rate?: number
  readonly groups?: boolean
  readonly waitParked?: boolean
  readonly report?: readonly ReportFile[]
  readonly json?: boolean
}

export function addCampaignOptions(command: Command): Command {
  return command
    .option('--campaign <id>', 'campaignId of every row without one', campaignOption)
    .option('--dry-run', 'have the worker report what it would do with each row, and change nothing')
    .option('--canary <rows>', 'send this many rows of each region first, and the rest if they succeed', wholeOption)
    .option(
      '--canary-failures <percent>',
      'share of the canary of a region that may fail (or wait for a grant)',
      percentOption,
      0,
    )
    .option('--rate <number>', 'send at most this many rows a second', rateOption)
    .option('--no-groups', 'send without MessageGroupId, for a queue without fair queues')
    .option('--wait-parked', 'wait also for rows that wait for a grant')
    .option('--report <file>', 'write a report at the end; several times for several formats', reportOption)
    .option('--json', 'print JSON')
}

/** Of the commands that may detach. */
export const addDetachOptions = (command: Command): Command =>
  command
    .option('--yes', 'detach without asking, for scripts')
    .option('--max <rows>', 'detach at most this many networks', wholeOption, DEFAULT_MAX_DETACHES)

/** Of every command that follows a campaign: `watch`, `console`. */
export interface FollowOptions {
  readonly topicArn?: string
  /** Of the console. */
  readonly dlqUrl?: string
  readonly ledger?: string
  readonly rows?: string
  readonly detach?: boolean
  readonly waitParked?: boolean
  readonly keepQueue?: boolean
  readonly report?: readonly ReportFile[]
  readonly json?: boolean
}

export const addFollowOptions = (command: Command): Command =>
  command
    .argument('<campaign>', 'its id', campaignOption)
    .option('--topic-arn <arn>', 'the result topic; by default RESULT_TOPIC_ARN, or that of the ledger')
    .option('--ledger <folder>', 'folder of the ledgers; by default the XDG state folder')
    .option('--rows <file>', 'the rows of the campaign, if there is no ledger of it here')
    .option('--detach', 'with --rows: the rows without an action detach, as they were submitted')
    .option('--keep-queue', 'keep the queue on Ctrl-C, so that the next watch receives the results until then')
    .option('--report <file>', 'write a report at the end; several times for several formats', reportOption)
    .option('--json', 'print one JSON event a line')

/** The id of a campaign is also part of the names of a file and a queue. */
export function campaignOption(text: string): string {
  if (/^[A-Za-z0-9._:-]{1,128}$/.test(text)) return text
  throw new InvalidArgumentError('must be 1 to 128 characters of A-Z a-z 0-9 . _ : -')
}

const numberOption = (isGood: (value: number) => boolean, must: string) => (text: string) => {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!isGood(value)) throw new InvalidArgumentError(`must be ${must}.`)
  return value
}
const wholeOption = numberOption((value) => Number.isInteger(value) && value >= 1, 'a whole number from 1 on')
const percentOption = numberOption((value) => value >= 0 && value < 100, 'a percentage from 0 to below 100')
const rateOption = numberOption((value) => value > 0 && value <= 10_000, 'a number above 0, at most 10000')

export interface ReportFile {
  readonly path: string
  readonly write: ReportWriter
}

/** Reads one `--report FILE` of several. A file that cannot be written is a fault before anything is sent. */
export function reportOption(path: string, before: readonly ReportFile[] = []): readonly ReportFile[] {
  const write = REPORT_WRITERS[extname(path).slice(1).toLowerCase()]
  if (!write) throw new InvalidArgumentError(`must end in .${Object.keys(REPORT_WRITERS).join(', .')}`)
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch {
    throw new InvalidArgumentError(`cannot be written: there is no writable folder ${dirname(path)}`)
  }
  return [...before, { path, write }]
}

export async function writeReports(files: readonly ReportFile[], record: CampaignRecord): Promise<void> {
  for (const { path, write } of files) writeFileSync(path, await write(record))
}
