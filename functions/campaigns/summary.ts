/** The end of a campaign: prints outcomes and advice, writes the reports, and gives the exit code. */
import { differences, type Expectations } from '../../lib/campaigns/expectations.js'
import { groupBy } from '../../lib/campaigns/facts/groups.js'
import { outcomeTable, totalsLine } from '../../lib/campaigns/outcome-table.js'
import type { Outcomes, RowOutcome, Totals } from '../../lib/campaigns/outcomes.js'
import type { CampaignFrame, RecordedRow } from '../../lib/campaigns/record.js'
import { dryRunText, dryRunTotals } from '../../lib/campaigns/reports/dry-run-text.js'
import { meaningOf } from '../../lib/domain/failure.js'
import type { AttachmentResult, Verdict } from '../../lib/domain/messages/result.js'
import { paint, print, printJson } from '../terminal/print.js'
import { type ReportFile, writeReports } from './options.js'

interface CampaignEnd {
  readonly outcomes: Outcomes
  readonly frame: CampaignFrame
  readonly expect?: Expectations | undefined
  readonly interrupted: boolean
  readonly reports: readonly ReportFile[]
  /** `summary`: one JSON object; `events`: the same as the last of the events. */
  readonly as: 'table' | 'summary' | 'events'
}

/** Resolves to the exit code: 1 if an outcome differs from the expectations or, without expectations, if a row did not attach. */
export async function printSummary({
  outcomes,
  frame,
  expect,
  interrupted,
  reports,
  as,
}: CampaignEnd): Promise<number> {
  const rows = outcomes.rows()
  const totals = outcomes.totals()
  const faults = expect ? differences(rows, expect) : []
  const unrelatedResults = outcomes.unrelatedResults()
  const seconds = (frame.nowMs - frame.startedAtMs) / 1_000
  await writeReports(reports, outcomes.record(frame))
  if (as !== 'table') {
    const event = as === 'events' ? { event: 'ended', campaignId: frame.campaignId, interrupted } : {}
    printJson({
      ...event,
      rows,
      others: unrelatedResults.map(({ data }) => data),
      totals,
      differences: faults,
      seconds,
    })
  } else {
    const recorded = outcomes.record(frame).rows
    const isDryRun = rows.some(({ preflight }) => preflight)
    print(isDryRun ? dryRunText(recorded, paint) : outcomeTable(rows, paint, process.stdout.columns))
    for (const { data } of unrelatedResults)
      print(`not in the file: ${paint(data.outcome, data.outcome)}  ${foreignText(data, outcomes)}`)
    const others = unrelatedResults.length > 0 ? `; ${unrelatedResults.length} other messages` : ''
    print(`\n${isDryRun ? dryRunTotals(recorded) : totalsLine(totals)}${others}; ${seconds.toFixed(1)} s`)
    printAdvice(rows)
    for (const line of zoneLines(recorded)) print(line)
    for (const { path } of reports) print(`report: ${path}`)
    if (interrupted) print('interrupted: pending rows were not waited for')
    else for (const fault of faults) print(`differs: ${fault}`)
    if (expect && !interrupted && faults.length === 0) print('every outcome is as the world file expects')
  }
  return interrupted || (expect ? faults.length > 0 : !isSuccess(rows, totals)) ? 1 : 0
}

/** A foreign result as ids and codes: which row it claims, and its sender. */
function foreignText({ requestId, attachment, error, senderId }: AttachmentResult['data'], outcomes: Outcomes): string {
  const what = `${attachment.cenId ?? '?'}/${attachment.childInstanceId ?? '?'}`
  const claims = outcomes.row(requestId)
  const why = claims && `claims the request id of ${claims.where}, and is not its result`
  const parts = [error?.code, what, `request ${requestId}`, senderId && `sent by ${senderId}`, why]
  return parts.filter((part) => part !== undefined).join('  ')
}
/** A dry run succeeds if every row would be done as asked. */
const isSuccess = (rows: readonly RowOutcome[], { attached, detached, preflight, rows: all }: Totals): boolean =>
  attached + detached + preflight === all && rows.every(({ preflight: verdict }) => !verdict || DONE.has(verdict.would))

const DONE: ReadonlySet<Verdict['would']> = new Set(['attach', 'adopt', 'detach'])

/** The advice by error code, each once; missing grants by the account that must make the calls. */
function printAdvice(rows: readonly RowOutcome[]): void {
  const grants = new Map<string, Set<string>>()
  for (const { grant } of rows) {
    if (!grant?.command) continue
    const owner = grant.ownerId ?? 'that owns the child instances'
    grants.set(owner, (grants.get(owner) ?? new Set()).add(grant.command))
  }
  const advice = adviceLines(rows.filter(({ grant }) => !grant?.command))
  if (advice.length + grants.size > 0) print('\nwhat to do:')
  for (const line of advice) print(line)
  for (const [owner, commands] of grants) {
    print(`  account ${owner} must grant; as commands:`)
    for (const command of commands) print(`    ${command}`)
  }
}

/** Own codes whose messages name what is in the way, or the fields at fault; so do those of the kind `blocked`. */
const NAMED_BY_MESSAGE: ReadonlySet<string> = new Set(['NoUsableZone', 'RequestInvalid', 'RoutingConflict'])
/** The lines that are printed below one heading. */
const MAX_LINES = 10

const firstLines = (lines: readonly string[]): string[] => [
  ...lines.slice(0, MAX_LINES).map((line) => `    ${line}`),
  ...(lines.length > MAX_LINES
    ? [`    and ${lines.length - MAX_LINES} more; a report (--report) has all of them`]
    : []),
]

/** Why attachments have no other zones: a heading, and a line for each row. */
export function zoneLines(rows: readonly Pick<RecordedRow, 'line' | 'attachment' | 'details'>[]): string[] {
  const lines = rows.flatMap(({ line, attachment, details }) =>
    details?.reasons ? [`${line}: ${attachment.childInstanceId}: ${details.reasons.join(' ')}`] : [],
  )
  return lines.length > 0 ? ['\nzones left out:', ...firstLines(lines)] : []
}

/** A line for each advice; below it the messages of its rows, if the advice refers to them. */
export function adviceLines(rows: readonly RowOutcome[]): string[] {
  const advised = rows.filter(({ code, advice }) => code && advice)
  const groups = groupBy(advised, ({ code, advice, senderId }) => {
    const refused = senderId === undefined ? '' : ` (refused: ${senderId})`
    return `  ${code}: ${advice}${refused}`
  })
  return groups.flatMap(({ name, rows: members }) => {
    // A result that was recovered from a dead letter has no message.
    const isNamed = ({ code = '', message }: RowOutcome) =>
      message && (NAMED_BY_MESSAGE.has(code) || meaningOf(code).kind === 'blocked')
    const named = members.filter(isNamed)
    return [
      name,
      ...firstLines(named.map(({ where, childInstanceId, message }) => `${where}: ${childInstanceId}: ${message}`)),
    ]
  })
}
