/** The console of a campaign: its page on loopback, over the ledger, the dead-letter queue and the request queue. */
import { readFileSync } from 'node:fs'
import { listLetters } from '../../lib/aws/letter-list.js'
import { redriveLetters } from '../../lib/aws/redrive.js'
import { toRecord } from '../../lib/campaign/campaign-record.js'
import { changedBy, liveRows, rowsOf } from '../../lib/campaign/console/live-rows.js'
import { CONSOLE_STYLE } from '../../lib/campaign/console/style.js'
import { letterLines, redriveTold } from '../../lib/campaign/console/told.js'
import type { Ledger } from '../../lib/campaign/ledger.js'
import { startConsoleServer } from '../../lib/console/console-server.js'
import { systemClock } from '../../lib/host/system-clock.js'
import type { CampaignPlace } from './campaign-place.js'
import type { Voice } from './campaign-voice.js'
import { TTL_MS } from './dead-letters.js'
import { redrivenEntries, redrivenRows } from './redriven-rows.js'
import { onPort } from './taken-port.js'
import { say, sayJson } from './terminal.js'

/** Opens the page and prints its address; the voice keeps it up to date, and takes it away. */
export type OpenConsole = (place: CampaignPlace, ledger: Ledger, campaignId: string | undefined) => Promise<Voice>

export interface ConsoleSettings {
  readonly deadLetterQueueUrl: string | undefined
  /** Stands over the page where the campaign has no id. */
  readonly title?: string | undefined
  /** 0 picks a free one. */
  readonly port?: number | undefined
  /** The option by which it was named. */
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
    const desk = () => {
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
        rows: () => liveRows(outcomes),
        rowsOf: (requestIds) => rowsOf(outcomes, requestIds),
        record: () => toRecord({ ...head(), nowMs: nowMs() }, liveRows(outcomes)),
        letters: async () => letterLines(await listLetters(desk(), { stop }), { nowMs: nowMs(), ttlMs: TTL_MS }),
        async redrive({ messageIds, renew }) {
          const wished = new Set(messageIds)
          const report = await redriveLetters(desk(), {
            requestQueueUrl,
            selects: ({ messageId }) => wished.has(messageId),
            changes: { edits: [], renew },
            ttlMs: TTL_MS,
            senderId: await senderId(),
            dryRun: false,
            stop,
          })
          await ledger.append(...redrivenEntries(redrivenRows(report), ledger, report, nowMs()))
          return redriveTold(report, wished.size)
        },
      },
      { script: readFileSync(SCRIPT, 'utf8'), style: CONSOLE_STYLE },
      port,
    )
    const server = await onPort(portOption, port, listening)
    if (json) sayJson({ event: 'console', url: server.url, ...(campaignId !== undefined && { campaignId }) })
    else say(`console: ${server.url}\nCtrl-C stops it; whoever has this address may look, and redrive.`)
    return { heard: (entries) => server.streams.changed(changedBy(entries)), stop: () => void server.stop() }
  }
