/** Opens and reads the dead-letter queue of a `dlq` command, with progress and errors on the terminal. */
import { createAwsClients } from '../../lib/aws/clients.js'
import type { DeadLetterQueue } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { showCount } from '../../lib/campaigns/progress.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf } from '../compose/aws.js'
import { stopSignal } from '../compose/process.js'
import { print, UsageError } from '../terminal/print.js'
import { deadLetterQueue, usableResources } from '../terminal/resources.js'
import type { DlqOptions } from './options.js'

export const INTERRUPTED = 'interrupted: messages that were held are visible again'

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
    const value = await read({
      stop,
      progress: (held, about) => bar.update('reading', held, about),
      moved: (done, all) => bar.update('sending', done, all),
    })
    return { value, stopped: stop.aborted }
  } catch (error) {
    const { name, message } = error as Error
    const refusal = Object.entries(REFUSALS).find(([known]) => name.startsWith(known))?.[1]
    if (refusal) throw new UsageError([`${deadLetterQueueUrl} cannot be read: ${refusal}`])
    throw new Error(`${deadLetterQueueUrl} cannot be read: ${message}; nothing is lost, try again`)
  } finally {
    bar.stop()
  }
}

/** Messages for errors of the queue, by the name of the SDK's error. */
const REFUSALS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'there is no such queue; check DEAD_LETTER_QUEUE_URL (or --dlq-url) and AWS_REGION',
  AccessDenied:
    'access is denied; it takes sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:ChangeMessageVisibility and, to redrive, sqs:DeleteMessage there and sqs:SendMessage on the request queue',
}

/** Prints how many messages the reading did not get, and why. */
export function printUnseen({ deadLetterQueueUrl }: DeadLetterQueue, elsewhere: number): void {
  if (elsewhere === 0) return
  const why = deadLetterQueueUrl.endsWith('.fifo')
    ? 'a FIFO queue shows only the first messages of each group at a time'
    : 'another reader holds them, or the counts of SQS lag; read again in a minute'
  print(`about ${elsewhere} more could not be read: ${why}`)
}
