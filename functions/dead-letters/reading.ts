/** Opens and reads the dead-letter queue of a `dlq` command, with progress and errors on the terminal. */
import { createAwsClients } from '../../lib/aws/clients.js'
import { type DeadLetterQueue, listDeadLetters } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { showCount } from '../../lib/campaigns/progress.js'
import { selects } from '../../lib/dead-letters/groups.js'
import { DEFAULT_TTL_MS } from '../../lib/domain/messages/request.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf } from '../compose/aws.js'
import { stopSignal } from '../compose/process.js'
import { print, UsageError } from '../terminal/print.js'
import { deadLetterQueue, usableResources } from '../terminal/resources.js'
import { type DlqOptions, selectionOf } from './options.js'

const INTERRUPTED = 'interrupted: messages that were held are visible again'

/** Throws wrong use if no queue is named, or what names it is no queue's URL. */
export function openDeadLetterQueue(env: NodeJS.ProcessEnv, options: DlqOptions): DeadLetterQueue {
  const { DEAD_LETTER_QUEUE_URL: dlqUrl = '' } = usableResources(env, [deadLetterQueue(options.dlqUrl, true)])
  const { sqs } = createAwsClients(awsConnectionOf(env, dlqUrl))
  return { sqs, deadLetterQueueUrl: dlqUrl, clock: systemClock }
}

interface ReadingOptions {
  readonly stop: AbortSignal
  readonly progress: (held: number, about: number) => void
  readonly moved: (done: number, all: number) => void
}

/** Runs a reading, and what follows it, until it ends or a signal stops it, with a progress bar. */
export async function withProgress<T>(
  { deadLetterQueueUrl }: DeadLetterQueue,
  read: (readingOptions: ReadingOptions) => Promise<T>,
): Promise<{ readonly value: T; readonly stopped: boolean }> {
  const stop = stopSignal()
  const bar = showCount(process.stderr)
  try {
    const reading = read({
      stop,
      progress: (held, about) => bar.update('reading', held, about),
      moved: (done, all) => bar.update('sending', done, all),
    })
    return { value: await explainReadErrors(deadLetterQueueUrl, reading), stopped: stop.aborted }
  } finally {
    bar.stop()
  }
}

/** Rejects with a message that names the queue and what to check, instead of the SDK's error. */
export async function explainReadErrors<T>(deadLetterQueueUrl: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    const { name, message } = error as Error
    const refusal = Object.entries(REFUSALS).find(([known]) => name.startsWith(known))?.[1]
    if (refusal) throw new UsageError([`${deadLetterQueueUrl} cannot be read: ${refusal}`])
    throw new Error(`${deadLetterQueueUrl} cannot be read: ${message}; nothing is lost, try again`)
  }
}

/** Messages for errors of the queue, by the name of the SDK's error. */
const REFUSALS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'there is no such queue; check DEAD_LETTER_QUEUE_URL (or --dlq-url) and AWS_REGION',
  AccessDenied:
    'access is denied; it takes sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:ChangeMessageVisibility and, to redrive, sqs:DeleteMessage there and sqs:SendMessage on the request queue',
}

/** Reads the whole queue, and selects. Throws wrong use as `openDeadLetterQueue`. */
export async function readDeadLetters(env: NodeJS.ProcessEnv, options: DlqOptions, ids?: readonly string[]) {
  const deadLetterQueue = openDeadLetterQueue(env, options)
  const { value: all, stopped } = await withProgress(deadLetterQueue, (one) => listDeadLetters(deadLetterQueue, one))
  const selection = selectionOf(options, ids)
  const selected = all.letters.filter((deadLetter) => selects(selection, deadLetter))
  const times = { nowMs: systemClock.now(), ttlMs: DEFAULT_TTL_MS }
  return { deadLetterQueue, all, selected, stopped, times }
}

/** Prints how many messages the reading did not get, and why; and whether a signal stopped it. */
export function printUnseen(deadLetterQueue: DeadLetterQueue, elsewhere: number, stopped: boolean): void {
  if (elsewhere > 0) print(`about ${elsewhere} more could not be read: ${whyElsewhere(deadLetterQueue)}`)
  if (stopped) print(INTERRUPTED)
}

const whyElsewhere = ({ deadLetterQueueUrl }: DeadLetterQueue): string =>
  deadLetterQueueUrl.endsWith('.fifo')
    ? 'a FIFO queue shows only the first messages of each group at a time'
    : 'another reader holds them, or the counts of SQS lag; read again in a minute'
