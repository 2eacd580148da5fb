/** Opens the console of a campaign on loopback, over its ledger, the dead-letter queue and the request queue. */
import { readFileSync } from 'node:fs'
import { listDeadLetters } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { redriveDeadLetters } from '../../lib/aws/dead-letters/redrive.js'
import { toRecord } from '../../lib/campaigns/record.js'
import type { Ledger } from '../../lib/campaigns/store/ledger.js'
import { summarizeRedrive, toConsoleDeadLetters } from '../../lib/console/dead-letters.js'
import { allConsoleRows, changedRequestIds, rowsOf } from '../../lib/console/rows.js'
import { startConsoleServer } from '../../lib/console/server.js'
import { CONSOLE_STYLE } from '../../lib/console/style.js'
import { DEFAULT_TTL_MS } from '../../lib/domain/messages/request.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { redrivenEntries, sentRows } from '../dead-letters/redrive.js'
import { print, printJson } from '../terminal/print.js'
import { explainPortErrors } from '../terminal/settings.js'
import type { ProgressReporter } from './progress-reporter.js'
import type { CampaignTransport } from './transport.js'

/** Opens the page and prints its address. The reporter updates the page, and closes it. */
export type OpenConsole = (
  transport: CampaignTransport,
  ledger: Ledger,
  campaignId: string | undefined,
) => Promise<ProgressReporter>

interface ConsoleSettings {
  readonly deadLetterQueueUrl: string | undefined
  /** The title of the page if the campaign has no id. */
  readonly title?: string | undefined
  /** 0 picks a free port. */
  readonly port?: number | undefined
  /** The option that set the port. */
  readonly portOption: string
  readonly json?: boolean | undefined
  readonly stop: AbortSignal
}

const SCRIPT = new URL('../../page/console.js', import.meta.url)
const nameOf = (queueUrl: string): string => queueUrl.split('/').at(-1) ?? queueUrl

export const openConsole =
  ({ deadLetterQueueUrl, title, port, portOption, json, stop }: ConsoleSettings): OpenConsole =>
  async ({ sqs, requestQueueUrl, senderId }, ledger, campaignId) => {
    const { outcomes } = ledger
    const { now: nowMs } = systemClock
    const openedAtMs = nowMs()
    const deadLetterQueue = () => {
      if (!deadLetterQueueUrl) throw new Error('DEAD_LETTER_QUEUE_URL is not set: start the console with it')
      return { sqs, deadLetterQueueUrl, clock: systemClock }
    }
    const head = () => ({
      title: campaignId ?? title ?? nameOf(requestQueueUrl),
      requestQueue: nameOf(requestQueueUrl),
      startedAtMs: ledger.startedAtMs() ?? openedAtMs,
    })
    const listening = startConsoleServer(
      {
        head,
        nowMs,
        rows: () => allConsoleRows(outcomes),
        rowsOf: (requestIds) => rowsOf(outcomes, requestIds),
        record: () => toRecord({ ...head(), nowMs: nowMs() }, allConsoleRows(outcomes)),
        letters: async () =>
          toConsoleDeadLetters(await listDeadLetters(deadLetterQueue(), { stop }), {
            nowMs: nowMs(),
            ttlMs: DEFAULT_TTL_MS,
          }),
        async redrive({ messageIds, renew }) {
          const requestedIds = new Set(messageIds)
          const report = await redriveDeadLetters(deadLetterQueue(), {
            requestQueueUrl,
            selects: ({ messageId }) => requestedIds.has(messageId),
            changes: { edits: [], renew },
            ttlMs: DEFAULT_TTL_MS,
            senderId: await senderId(),
            dryRun: false,
            stop,
          })
          await ledger.append(...redrivenEntries(sentRows(report), ledger, report, nowMs()))
          return summarizeRedrive(report, requestedIds.size)
        },
      },
      { script: readFileSync(SCRIPT, 'utf8'), style: CONSOLE_STYLE },
      port,
    )
    const server = await explainPortErrors(portOption, port, listening)
    if (json) printJson({ event: 'console', url: server.url, ...(campaignId !== undefined && { campaignId }) })
    else print(`console: ${server.url}\nCtrl-C stops it. Anyone with this address can read the campaign and redrive.`)
    return { report: (entries) => server.streams.changed(changedRequestIds(entries)), stop: () => void server.stop() }
  }
