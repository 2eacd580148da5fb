/** `cen-attach dlq redrive` */
import type { Command } from 'commander'
import { selects } from '../../../lib/dead-letters/groups.js'
import { readEdits } from '../../../lib/dead-letters/redrive-plan.js'
import { DEFAULT_TTL_MS } from '../../../lib/domain/messages/request.js'
import { ledgerFolder } from '../../campaigns/ledger-files.js'
import {
  collect,
  type DlqOptions,
  dlqCommand,
  isEmpty,
  selectionOf,
  withDeadLetterOptions,
} from '../../dead-letters/options.js'
import { redriveFacts, redriveText } from '../../dead-letters/redrive-report.js'
import { print, printJson } from '../../terminal/print.js'
import { deadLetterQueue, requestQueue, usableResources } from '../../terminal/resources.js'

type RedriveOptions = DlqOptions & {
  readonly queueUrl?: string
  readonly all?: boolean
  readonly edit?: readonly string[]
  readonly renew?: boolean
  readonly dryRun?: boolean
}

const EXAMPLES = `
Examples:
  cen-attach dlq redrive --code OperationFailed.InvalidTransitRouter --dry-run
  cen-attach dlq redrive --campaign wave-3 --code RequestExpired --renew
  cen-attach dlq redrive 3f2a91bc --edit childInstanceOwnerId=1688000000000002

Each is sent before it is deleted: a crash in between sends it twice, with one result id. It is a new submission with your
credentials: the worker's policy evaluates you as the sender. An edit with nothing after = removes the field.`

export function addDlqRedrive(program: Command): void {
  withDeadLetterOptions(dlqCommand(program).command('redrive [id...]'))
    .description('send selected dead letters back to the request queue')
    .option('--queue-url <url>', 'the request queue; by default REQUEST_QUEUE_URL')
    .option('--all', 'all dead letters; needed if no other option selects')
    .option('--edit <field=value>', 'change a field; may be given several times', collect)
    .option('--renew', 'drop a notAfter in the past')
    .option('--dry-run', 'print what would be sent, and send nothing')
    .addHelpText('after', EXAMPLES)
    .action(redrive)
}

async function redrive(ids: readonly string[], options: RedriveOptions): Promise<void> {
  const { dryRun = false, renew = false } = options
  const selection = selectionOf(options, ids)
  const { edits, faults } = readEdits(options.edit ?? [])
  if (isEmpty(selection) && !options.all)
    faults.push('select messages: ids, --code, --owner, --campaign … (see --help), or --all')
  if (!isEmpty(selection) && options.all)
    faults.push('--all selects everything; leave it out, or the other options that select')
  const wanted = [requestQueue(options.queueUrl), deadLetterQueue(options.dlqUrl, true)]
  const { REQUEST_QUEUE_URL: queueUrl = '' } = usableResources(process.env, wanted, faults)
  const { openDeadLetterQueue, printUnseen, withProgress } = await import('../../dead-letters/reading.js')
  const { redriveAndRecord } = await import('../../dead-letters/redrive.js')
  const opened = openDeadLetterQueue(process.env, options)
  const { awsConnectionOf } = await import('../../compose/aws.js')
  const { callerId } = await import('../../../lib/aws/caller-identity.js')
  const senderId = await callerId(awsConnectionOf(process.env, queueUrl))
  const order = { requestQueueUrl: queueUrl, changes: { edits, renew }, ttlMs: DEFAULT_TTL_MS, senderId, dryRun }
  const ledgers = ledgerFolder(undefined, process.env)
  const { value, stopped } = await withProgress(opened, (one) =>
    redriveAndRecord(opened, { ...one, ...order, selects: (deadLetter) => selects(selection, deadLetter) }, ledgers),
  )
  const isBad = value.redriven.some(({ outcome }) => outcome === 'refused' || outcome === 'unsent')
  process.exitCode = isBad || stopped || (ids.length > 0 && value.redriven.length === 0) ? 1 : 0
  if (options.json) printJson({ dryRun, stopped, ...redriveFacts(value) })
  else {
    print(redriveText(value, queueUrl))
    printUnseen(opened, value.elsewhere, stopped)
  }
}
