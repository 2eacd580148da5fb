/** What the `dlq` commands share: their parent, how letters are chosen, where the queues are, how a stop is told. */
import type { Command } from 'commander'
import { createAwsClients } from '../../lib/aws/clients.js'
import type { DeadLetterQueue } from '../../lib/aws/dead-letter-queue.js'
import { showCount } from '../../lib/campaigns/progress.js'
import { FACET_NAMES, FACETS, type FacetName, type Selection } from '../../lib/dead-letters/groups.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf } from '../compose/aws.js'
import { stopSignal } from '../compose/process.js'
import { print, UsageError } from '../terminal/print.js'

export type DlqOptions = { readonly dlqUrl?: string; readonly json?: boolean } & {
  readonly [Facet in FacetName]?: readonly string[]
}

const PARENT = 'dlq'

/** The command that `dlq list`, `show` and `redrive` stand under; made by whoever comes first. */
export function dlqCommand(program: Command): Command {
  return (
    program.commands.find((command) => command.name() === PARENT) ??
    program
      .command(PARENT)
      .description('what is dead-lettered and why, and how it gets back')
      .addHelpText(
        'after',
        '\nExamples:\n  cen-attach dlq list\n  cen-attach dlq redrive --code RequestExpired --renew',
      )
  )
}

/** Several values: the option given again, each as it stands. */
export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]

/** Several values: the option given again, or values with commas between. */
export const collectList = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(',').map((one) => one.trim()),
]

/** Adds an option for each facet, and those that every `dlq` command has. */
export function withDeadLetterOptions(command: Command): Command {
  command.option('--dlq-url <url>', 'the dead-letter queue; by default DEAD_LETTER_QUEUE_URL')
  for (const name of FACET_NAMES)
    command.option(`--${name} <${name}>`, `only this ${FACETS[name].meaning}`, collectList)
  return command
    .option('--json', 'print JSON')
    .addHelpText('after', '\nWhat chooses may be given several times, or as values with commas between.')
}

export function selectionOf(options: DlqOptions, ids: readonly string[] = []): Selection {
  const named = FACET_NAMES.flatMap((name) => (options[name] ? [[name, options[name]] as const] : []))
  return { facets: Object.fromEntries(named), ids }
}

export const isEmpty = ({ facets, ids }: Selection): boolean => ids.length + Object.keys(facets).length === 0

/** Throws all that is wrong with the use of the command, where something is. */
export function openDeadLetterQueue(
  env: NodeJS.ProcessEnv,
  { dlqUrl = env.DEAD_LETTER_QUEUE_URL }: DlqOptions,
  faults: readonly string[] = [],
): DeadLetterQueue {
  const missing = dlqUrl ? [] : ['DEAD_LETTER_QUEUE_URL is not set, and there is no --dlq-url']
  if (!dlqUrl || faults.length > 0) throw new UsageError([...faults, ...missing])
  const { sqs } = createAwsClients(awsConnectionOf(env, dlqUrl))
  return { sqs, deadLetterQueueUrl: dlqUrl, clock: systemClock }
}

/** How the queue's own refusals are said, by the name of the SDK's error. */
const REFUSALS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'there is no such queue; check DEAD_LETTER_QUEUE_URL (or --dlq-url) and AWS_REGION',
  AccessDenied:
    'access is denied; it takes sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:ChangeMessageVisibility and, to redrive, sqs:DeleteMessage there and sqs:SendMessage on the request queue',
}

export interface ReadingOptions {
  readonly stop: AbortSignal
  readonly progress: (held: number, about: number) => void
  readonly moved: (done: number, all: number) => void
}

/** Runs a reading, and what is done with it, until it ends or somebody stops it; a bar shows how far it is. */
export async function withProgress<T>(
  deadLetterQueue: DeadLetterQueue,
  read: (readingOptions: ReadingOptions) => Promise<T>,
): Promise<{ readonly value: T; readonly stopped: boolean }> {
  const stop = stopSignal(() => undefined)
  const bar = showCount(process.stderr)
  try {
    const value = await read({
      stop,
      progress: (held, about) => bar.update('reading', held, about),
      moved: (done, all) => bar.update('sending', done, all),
    })
    return { value, stopped: stop.aborted }
  } catch (error) {
    const { name, message } = error as Error
    const refusal = Object.entries(REFUSALS).find(([known]) => name.startsWith(known))?.[1]
    if (refusal) throw new UsageError([`${deadLetterQueue.deadLetterQueueUrl} cannot be read: ${refusal}`])
    throw new Error(`${deadLetterQueue.deadLetterQueueUrl} cannot be read: ${message}; nothing is lost, try again`)
  } finally {
    bar.stop()
  }
}

/** What the queue kept from this reading, and why. */
export function printUnseen(deadLetterQueue: DeadLetterQueue, elsewhere: number): void {
  if (elsewhere === 0) return
  const why = deadLetterQueue.deadLetterQueueUrl.endsWith('.fifo')
    ? 'a FIFO queue shows only the first messages of each group at a time'
    : 'another list or redrive has them in hand, or the counts of SQS lag; look again in a minute'
  print(`about ${elsewhere} more could not be seen: ${why}`)
}

export const INTERRUPTED = 'interrupted: what was in hand has been given back'
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
/** A request that names no `notAfter` is checked as if it lived a day; the worker's own setting decides. */
export const TTL_MS = 86_400_000
