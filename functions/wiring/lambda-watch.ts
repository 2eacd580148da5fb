/** Who watches a Lambda function: its log, with a share of the billed time in each event, and CloudWatch by metrics in the log. */
import { createEmf } from '../../lib/aws/emf.js'
import { measure } from '../../lib/metrics.js'
import { type Observer, type ReceiptEvent, tellAll } from '../../lib/observer.js'
import type { Log } from '../../lib/ports.js'

export interface Invocation {
  readonly awsRequestId?: string
  readonly startedMs: number
  readonly endedMs: number
}

export interface LambdaWatch {
  readonly observer: Observer
  /** Writes what one invocation came to. Never throws. */
  tell(invocation: Invocation): void
}

/** `write` takes a line as it is: CloudWatch finds metrics only where nothing stands before them. */
export function watchLambda(functionName: string, log: Log, write: (line: string) => void): LambdaWatch {
  const events: ReceiptEvent[] = []
  const emf = createEmf(functionName)
  return {
    observer: tellAll([{ settled: (event) => void events.push(event) }, measure(emf.tell)]),
    tell({ awsRequestId, startedMs, endedMs }) {
      const billedMs = Math.ceil((endedMs - startedMs) / Math.max(1, events.length))
      for (const event of events.splice(0)) log.info('receipt:settled', { ...event, billedMs, awsRequestId })
      for (const document of emf.documents(endedMs)) write(`${JSON.stringify(document)}\n`)
    },
  }
}
