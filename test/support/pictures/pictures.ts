/** The pictures of the documentation: pages over recorded campaigns, opened in a browser. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { CampaignRecord, RecordedRow } from '../../../lib/campaigns/record.js'
import { dryRunText, dryRunTotals } from '../../../lib/campaigns/reports/dry-run-text.js'
import { reportHtml } from '../../../lib/campaigns/reports/html/page.js'
import { toConsoleDeadLetters } from '../../../lib/console/dead-letters.js'
import { readDeadLetter } from '../../../lib/dead-letters/dead-letter-view.js'
import { DEFAULT_TTL_MS } from '../../../lib/domain/messages/request.js'
import { startConsoleFixture } from '../console/console-fixture.js'
import { terminalPage } from './terminal-page.js'

export const FOLDER = 'docs/pictures'

export interface Picture {
  readonly name: string
  /** Of the browser's window, in CSS pixels, and pixels of the picture for each of them. */
  readonly width: number
  readonly scale: number
  readonly colorScheme: 'light' | 'dark'
  /** The elements that it shows; it ends below the last of them. */
  readonly shows: string
  /** Opens the page; resolves to what closes it. */
  open(page: Page): Promise<() => Promise<unknown>>
}

const recordOf = (name: string): CampaignRecord => JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'))
const nothing = async () => undefined

export const PICTURES: readonly Picture[] = [
  {
    name: 'report',
    width: 1_200,
    scale: 2,
    colorScheme: 'light',
    shows: 'header, nav, #grants, #failures h2, #failures h2 + p, #failures article:first-of-type',
    async open(page) {
      await page.setContent(await reportHtml(recordOf('onboarding')))
      // The commands are wider than the picture.
      await page.evaluate(`document.querySelector('#grants details').open = false`)
      return nothing
    },
  },
  {
    name: 'console',
    width: 1_560,
    scale: 1,
    colorScheme: 'dark',
    shows: [
      '#console header, .counts, section:has(> .map), section:has(.grid), section:has(> .chart)',
      'aside section:first-of-type, aside article:nth-of-type(-n+7)',
    ].join(),
    async open(page) {
      const record = recordOf('onboarding')
      const shown = { title: 'onboarding.example.csv', letters: async () => deadLettersOf(record) }
      const script = readFileSync('dist/page/console.js', 'utf8')
      const { server } = await startConsoleFixture(record, script, false, 0, shown)
      await page.goto(server.url)
      await page.getByText('nothing under way').waitFor()
      await page.locator('aside h3 code').first().waitFor()
      await page.locator('.chart svg').first().waitFor()
      return () => server.stop()
    },
  },
  {
    name: 'plan',
    width: 1_000,
    scale: 1,
    colorScheme: 'dark',
    shows: 'pre',
    async open(page) {
      const { rows, startedAtMs, finishedAtMs } = recordOf('plan')
      const text = dryRunText(rows, (outcome, painted) => `\u0001${outcome}\u0002${painted}\u0003`)
      const end = `${dryRunTotals(rows)}; ${((finishedAtMs - startedAtMs) / 1_000).toFixed(1)} s\nreport: plan.json`
      const command = 'npx cen-attach submit enterprise.csv --dry-run --report plan.json'
      await page.setContent(terminalPage(command, `${text}\n\n${end}`))
      return nothing
    },
  },
]

/** The dead letters of the rows that failed. */
function deadLettersOf({ rows, finishedAtMs }: CampaignRecord) {
  const letters = rows.filter(({ outcome }) => outcome === 'failed').map(letterOf)
  return toConsoleDeadLetters(
    { letters, elsewhere: 0, retentionMs: undefined },
    { nowMs: finishedAtMs, ttlMs: DEFAULT_TTL_MS },
  )
}

const letterOf = ({ requestId, attachment, error, finishedAtMs: sentAtMs = 0 }: RecordedRow) =>
  readDeadLetter({
    messageId: requestId,
    body: JSON.stringify(attachment),
    attributes: {
      reason: 'rejected',
      resultId: requestId,
      errorCode: error?.code ?? '',
      errorKind: error?.kind ?? '',
      advice: error?.advice ?? '',
    },
    sentAtMs,
    receiveCount: 1,
  })
