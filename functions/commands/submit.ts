/** `cen-attach submit` */
import type { Command } from 'commander'
import { createAwsClients } from '../../lib/aws/clients.js'
import { sendBodies } from '../../lib/aws/submission.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { awsPlaceOf } from '../wiring/aws-place.js'
import { readPlan } from '../wiring/input-file.js'
import { say, sayJson, WrongUse } from '../wiring/terminal.js'

/** A row that names no `notAfter` is checked as if it lived a day; the worker's own setting decides. */
const DAY_MS = 86_400_000

interface SubmitOptions {
  readonly queueUrl?: string
  readonly campaign?: string
  readonly check?: boolean
  readonly json?: boolean
}

export function addSubmit(program: Command): void {
  program
    .command('submit <file>')
    .description('send the rows of a CSV, JSON or JSON Lines file (- for standard input) to the request queue')
    .option('--queue-url <url>', 'the request queue; by default REQUEST_QUEUE_URL')
    .option('--campaign <id>', 'campaignId of every row that names none')
    .option('--check', 'check the file and send nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach submit vpcs.csv --campaign wave-3\n  jq -c .requests[] plan.json | cen-attach submit -',
    )
    .action(
      async (file: string, { queueUrl = process.env.REQUEST_QUEUE_URL, campaign, check, json }: SubmitOptions) => {
        const rows = readPlan(file, { ttlMs: DAY_MS, campaignId: campaign })
        if (!check) {
          if (!queueUrl) throw new WrongUse(['REQUEST_QUEUE_URL is not set, and there is no --queue-url'])
          const { sqs } = createAwsClients(awsPlaceOf(process.env, queueUrl))
          await sendBodies(
            sqs,
            queueUrl,
            rows.map(({ body }) => body),
            systemClock,
          )
        }
        if (json)
          sayJson({
            sent: check ? 0 : rows.length,
            rows: rows.map(({ where, request }) => ({ where, requestId: request.requestId })),
          })
        else
          say(check ? `${rows.length} rows are good; nothing was sent` : `${rows.length} requests are on ${queueUrl}`)
      },
    )
}
