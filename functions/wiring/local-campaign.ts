/** A file run through the local clouds: sent, followed, and told of row by row. */
import { createAwsClients } from '../../lib/aws/clients.js'
import { readResults } from '../../lib/aws/result-feed.js'
import { sendBodies } from '../../lib/aws/submission.js'
import { differences } from '../../lib/campaign/expectations.js'
import { outcomeTable, totalsLine } from '../../lib/campaign/outcome-table.js'
import { followOutcomes, type Outcomes } from '../../lib/campaign/outcomes.js'
import { showProgress } from '../../lib/campaign/progress.js'
import type { WorldFile } from '../../lib/emulator/world-file.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import type { Clock } from '../../lib/ports.js'
import { awsPlaceOf } from './aws-place.js'
import type { LocalCloud } from './local-cloud.js'
import { paint, say, sayJson } from './terminal.js'

export interface LocalCampaign {
  readonly rows: readonly PlannedRow[]
  readonly cloud: LocalCloud
  /** Bodies that are put on the queue besides the rows. */
  readonly messages: readonly string[]
  readonly expect: WorldFile['expect']
  readonly stop: AbortSignal
  readonly clock: Clock
}

/** Resolves to the exit code: with expectations 1 where something differs from them, else 1 where a row did not attach. */
export async function runLocalCampaign(
  campaign: LocalCampaign,
  options: { json?: boolean; waitParked?: boolean },
): Promise<number> {
  const { rows, cloud, messages, expect, clock } = campaign
  const { sqs } = createAwsClients(awsPlaceOf(cloud.env))
  const startedMs = clock.now()
  await sendBodies(sqs, cloud.queues.requestQueueUrl, [...rows.map(({ body }) => body), ...messages], clock)
  const outcomes = followOutcomes(rows)
  const progress = showProgress(process.stderr, rows.length, clock.now)
  progress.update(outcomes.totals())
  for await (const results of readResults(sqs, cloud.queues.resultQueueUrl, campaign.stop)) {
    for (const result of results) outcomes.take(result)
    progress.update(outcomes.totals())
    if (isOver(outcomes, messages.length, options.waitParked)) break
  }
  progress.stop()
  const totals = outcomes.totals()
  const interrupted = campaign.stop.aborted
  const faults = expect ? differences(outcomes.rows(), expect) : []
  const strangers = outcomes.strangers()
  const seconds = (clock.now() - startedMs) / 1_000
  if (options.json) {
    sayJson({ rows: outcomes.rows(), others: strangers.map(({ data }) => data), totals, differences: faults, seconds })
  } else {
    say(outcomeTable(outcomes.rows(), paint, process.stdout.columns))
    for (const { data } of strangers)
      say(`besides the file: ${paint(data.outcome, data.outcome)}  ${data.error?.code}: ${data.error?.message}`)
    const others = strangers.length > 0 ? `; ${strangers.length} other messages` : ''
    say(`\n${totalsLine(totals)}${others}; ${seconds.toFixed(1)} s`)
    sayAdvice(outcomes)
    if (interrupted) say('interrupted: what is pending was not waited for')
    else for (const fault of faults) say(`differs: ${fault}`)
    if (expect && faults.length === 0) say('every outcome is as the world file expects')
  }
  const failed = interrupted || (expect ? faults.length > 0 : totals.attached + totals.preflight < totals.rows)
  return failed ? 1 : 0
}

const isOver = (outcomes: Outcomes, messages: number, waitParked = false): boolean => {
  const { pending, grantRequired } = outcomes.totals()
  return pending === 0 && (!waitParked || grantRequired === 0) && outcomes.strangers().length >= messages
}

/** What to do about what came up, each piece of advice once. */
function sayAdvice(outcomes: Outcomes): void {
  const advice = new Set(
    outcomes
      .rows()
      .flatMap(({ code, advice: text }) =>
        code && text ? [`  ${code}: ${text.replace('; as a command: ', '\n    ')}`] : [],
      ),
  )
  if (advice.size > 0) say('\nwhat to do:')
  for (const line of advice) say(line)
}
