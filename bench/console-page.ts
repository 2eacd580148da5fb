/** The console's page in Chromium: the duration of an update, from the event's text to the new page. */
import { readFileSync } from 'node:fs'
import type { CampaignRecord } from '../lib/campaigns/record.js'
import { chromiumPath, NO_CHROMIUM, startChromium } from '../test/support/console/browser.js'
import { startConsoleFixture } from '../test/support/console/console-fixture.js'
import { sampleRecord } from '../test/support/console/sample-record.js'
import type { Benchmark } from './report.js'
import { round } from './statistics.js'

const UPDATES = 60
/** More CENs than are expected on one page. */
const MANY_CENS = 200

interface ConsolePageRow {
  readonly shape: string
  readonly snapshotMs: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly worstMs: number
  readonly longestTaskMs: number
  readonly nodes: number
}

export const consolePage: Benchmark = {
  name: 'console',
  onRequest: true,
  about: `${UPDATES} updates of the console's page in headless Chromium at 1440 × 900, each with a ${UPDATES}th of the rows: from the event's text to the page (JSON, model, elements); the longest task includes style and layout`,
  async run(progress) {
    if (!chromiumPath) throw new Error(NO_CHROMIUM)
    const rows: ConsolePageRow[] = []
    for (const [shape, record] of [
      ['20 rows', sampleRecord(20)],
      ['1,000 rows', sampleRecord(1_000)],
      ['5,000 rows', sampleRecord(5_000)],
      [`5,000 rows of ${MANY_CENS} CENs`, spread(sampleRecord(5_000), MANY_CENS)],
    ] as const) {
      progress(shape)
      rows.push(await measure(shape, record))
    }
    return rows
  },
  table: (result) => [
    ['campaign', 'snapshot ms', 'update ms, median', '95 %', 'worst', 'longest task ms', 'elements'],
    ...(result as ConsolePageRow[]).map(({ shape, snapshotMs, medianMs, p95Ms, worstMs, longestTaskMs, nodes }) => [
      shape,
      ...[snapshotMs, medianMs, p95Ms, worstMs, longestTaskMs].map((ms) => ms.toFixed(1)),
      nodes.toLocaleString('en'),
    ]),
  ],
}

const spread = (record: CampaignRecord, cens: number): CampaignRecord => ({
  ...record,
  rows: record.rows.map((row, index) => ({
    ...row,
    attachment: { ...row.attachment, cenId: `cen-${String(index % cens).padStart(18, '0')}` },
  })),
})

interface PageMeasure {
  readonly name: string
  readonly ms: number
}

/** The page's own measures, and its tasks above 50 ms. */
const OBSERVER_SCRIPT = `
  window.seen = []
  const watch = new PerformanceObserver((list) => {
    for (const { name, duration, detail, entryType } of list.getEntries())
      if (entryType === 'longtask' || name === 'console:update') seen.push({ name: detail?.event ?? 'task', ms: duration })
  })
  watch.observe({ type: 'longtask', buffered: true })
  watch.observe({ type: 'measure', buffered: true })`

async function measure(shape: string, record: CampaignRecord): Promise<ConsolePageRow> {
  const testConsole = await startConsoleFixture(record, readFileSync('dist/page/console.js', 'utf8'), true)
  const browser = await startChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
    await page.addInitScript(OBSERVER_SCRIPT)
    await page.goto(testConsole.server.url)
    await page.locator('.chart svg').waitFor()
    const seen = async () => (await page.evaluate('seen')) as PageMeasure[]
    const snapshot = (await seen()).find(({ name }) => name === 'snapshot')
    await page.evaluate('seen.length = 0')
    const updatesSeen = async () => (await seen()).filter(({ name }) => name === 'delta').length
    for (let update = 0; update < Math.min(UPDATES, record.rows.length); update++) {
      testConsole.showRecorded(
        record.rows.filter((_, index) => index % UPDATES === update).map(({ requestId }) => requestId),
      )
      while ((await updatesSeen()) <= update) await page.waitForTimeout(20)
    }
    const all = await seen()
    const updates = all.flatMap(({ name, ms }) => (name === 'delta' ? [ms] : [])).sort((one, other) => one - other)
    const at = (share: number) => round(updates[Math.ceil(share * updates.length) - 1] ?? 0, 1)
    return {
      shape,
      snapshotMs: round(snapshot?.ms ?? 0, 1),
      medianMs: at(0.5),
      p95Ms: at(0.95),
      worstMs: at(1),
      longestTaskMs: round(Math.max(0, ...all.flatMap(({ name, ms }) => (name === 'task' ? [ms] : []))), 1),
      nodes: (await page.evaluate('document.querySelectorAll("*").length')) as number,
    }
  } finally {
    await browser.close()
    await testConsole.server.stop()
  }
}
