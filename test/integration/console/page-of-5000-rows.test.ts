/** The console's page with 5,000 rows in Chromium: it draws the visible rows, and all others can be reached. */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { number } from '../../../lib/campaigns/facts/format.js'
import { countStatuses } from '../../../lib/campaigns/facts/row-status.js'
import { chromiumPath, NO_CHROMIUM, startChromium } from '../../support/console/browser.js'
import { type ConsoleFixture, startConsoleFixture } from '../../support/console/console-fixture.js'
import { sampleRecord } from '../../support/console/sample-record.js'

const sample = sampleRecord(5_000)
const CENS = 200
const record = {
  ...sample,
  rows: sample.rows.map((row, index) => ({
    ...row,
    attachment: { ...row.attachment, cenId: `cen-${String(index % CENS).padStart(8, '0')}` },
  })),
}
const idAt = (index: number) => record.rows.at(index)?.attachment.childInstanceId ?? ''

if (!chromiumPath) console.warn(`skipped: the console is not tested with many rows: ${NO_CHROMIUM}`)

describe.runIf(chromiumPath)('the page of the console with 5,000 rows', () => {
  let testConsole: ConsoleFixture
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    testConsole = await startConsoleFixture(record, readFileSync('dist/page/console.js', 'utf8'), true)
    browser = await startChromium()
    page = await browser.newPage({ viewport: { width: 1_280, height: 900 } })
    await page.goto(testConsole.server.url)
    await page.locator('button.count b', { hasText: '5,000' }).first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await testConsole?.server.stop()
  })
  const drawn = () => page.locator('[role=grid] .body [role=row]')

  it('draws the visible rows, and shows the count of all', async () => {
    expect(await drawn().count()).toBeLessThan(60)
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('5001')
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(4_000)
  })

  it('moves to the last row by one key, and stays there while rows change', async () => {
    await page.getByRole('grid').focus()
    await page.keyboard.press('End')
    await drawn()
      .filter({ hasText: idAt(-1) })
      .waitFor()
    expect(await page.locator('[role=row][aria-selected=true]').getAttribute('aria-rowindex')).toBe('5001')
    testConsole.showRecorded(record.rows.map(({ requestId }) => requestId))
    const { attached } = countStatuses(record.rows)
    await page.locator('button.count.attached b', { hasText: number(attached) }).waitFor()
    expect(
      await drawn()
        .filter({ hasText: idAt(-1) })
        .count(),
    ).toBe(1)
    expect(await page.evaluate('document.activeElement.id')).toBe('rows')
  })

  it('finds a row by search, and shows more CENs on request', async () => {
    await page.getByRole('searchbox').fill(idAt(2_500))
    await drawn()
      .filter({ hasText: idAt(2_500) })
      .waitFor()
    expect(await drawn().count()).toBe(1)
    expect(await page.locator('.map > li').count()).toBe(24)
    await page.getByRole('button', { name: 'Show more CENs' }).click()
    expect(await page.locator('.map > li').count()).toBe(48)
  })
})
