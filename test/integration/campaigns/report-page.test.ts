/** The page of a report in Chromium. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantsOf } from '../../../lib/campaigns/facts/groups.js'
import type { CampaignRecord } from '../../../lib/campaigns/record.js'
import { reportHtml } from '../../../lib/campaigns/reports/html/page.js'
import { chromiumPath, NO_CHROMIUM, startChromium } from '../../support/console/browser.js'
import { hostileRecord } from '../../support/console/hostile-record.js'
import { sampleRecord } from '../../support/console/sample-record.js'

const WIDTHS = { phone: 390, desktop: 1280 }
const many = sampleRecord(1_000)

if (!chromiumPath) console.warn(`skipped: the page of a report is not tested: ${NO_CHROMIUM}`)

describe.runIf(chromiumPath)('the page of a report in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'))
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  interface Opened {
    readonly page: Page
    /** Errors of the page, and its requests. */
    readonly trouble: string[]
  }

  async function open(
    record: CampaignRecord,
    { width = WIDTHS.desktop, colorScheme = 'light' as 'light' | 'dark', javaScriptEnabled = true } = {},
  ): Promise<Opened> {
    const file = join(folder, `${record.rows.length}.html`)
    if (!existsSync(file)) writeFileSync(file, await reportHtml(record))
    const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, javaScriptEnabled })
    const page = await context.newPage()
    const trouble: string[] = []
    const url = pathToFileURL(file).href
    page.on('console', (message) => trouble.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`))
    page.on('dialog', async (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`)
      await dialog.dismiss()
    })
    page.on('request', (request) => request.url() !== url && trouble.push(`request: ${request.url()}`))
    await page.goto(url)
    return { page, trouble }
  }
  const shown = (page: Page) => page.locator('#rows tbody tr:visible').count()
  const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor')

  it.each([
    ['phone', 'light'],
    ['phone', 'dark'],
    ['desktop', 'light'],
    ['desktop', 'dark'],
  ] as const)(
    'opens on a %s, %s, without a complaint or a request, and is no wider than the screen',
    async (device, colorScheme) => {
      const width = WIDTHS[device]
      const { page, trouble } = await open(many, { width, colorScheme })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(await ground(page)).toBe(colorScheme === 'light' ? 'rgb(245, 245, 242)' : 'rgb(18, 20, 24)')
      for (const drawing of await page.locator('figure [role=img]:visible').all()) {
        expect((await drawing.getAttribute('aria-label'))?.length).toBeGreaterThan(10)
        const box = await drawing.locator('svg').boundingBox()
        expect(box?.width).toBeGreaterThan(200)
      }
      expect(await page.locator('figure [role=img]:visible').count()).toBe(7)
      // An invalid colour would be drawn in black.
      const bar = `header .${device === 'phone' ? 'narrow' : 'wide'} path[fill="var(--attached)"]`
      expect(await page.evaluate(`getComputedStyle(document.querySelector('${bar}')).fill`)).toBe(
        colorScheme === 'light' ? 'rgb(43, 108, 176)' : 'rgb(91, 159, 227)',
      )
      expect(trouble).toEqual([])
      await page.context().close()
    },
  )

  it('runs no script of a value', async () => {
    const { page, trouble } = await open(hostileRecord())
    expect(await page.locator('script').count()).toBe(2)
    expect(await page.locator('img').count()).toBe(0)
    await page.locator('#search').fill('alert(1)')
    expect(await page.locator('#status').textContent()).toBe('200 of 251 rows')
    await page.locator('#more').click()
    expect(await shown(page)).toBe(251)
    expect(trouble).toEqual([])
    await page.context().close()
  })

  it('copies the commands of an owner', async () => {
    const { page, trouble } = await open(many)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const [, second] = grantsOf(many.rows)
    await page.locator(`[data-copy]`).nth(1).click()
    await page.locator('[data-copy]', { hasText: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(second?.commands.join('\n'))
    expect(trouble).toEqual([])
    await page.context().close()
  })

  it('searches, filters and sorts all rows, also those not shown at first', async () => {
    const { page } = await open(many)
    const last = many.rows.at(-1)?.attachment.childInstanceId ?? ''
    expect(await shown(page)).toBe(200)
    await page.locator('#search').fill(last.toUpperCase())
    expect(await page.locator('#rows tbody tr:visible .id').first().textContent()).toBe(last)
    expect(await shown(page)).toBe(1)

    await page.locator('#search').fill('')
    const failed = many.rows.filter(({ outcome }) => outcome === 'failed')
    await page.locator('[data-filter=failed]').click()
    expect(await shown(page)).toBe(failed.length)
    expect(await page.locator('[data-filter=failed]').getAttribute('aria-pressed')).toBe('true')

    const took = page.locator('#rows th', { hasText: 'took' })
    const cells = "[...document.querySelectorAll('#rows tbody tr:not([hidden]) td[data-value]')]"
    const values = () => page.evaluate(`${cells}.map((cell) => Number(cell.dataset.value))`)
    const ascending = failed.map(({ durationMs = 0 }) => durationMs).sort((one, other) => one - other)
    await took.locator('button').click()
    expect(await took.getAttribute('aria-sort')).toBe('ascending')
    expect(await values()).toEqual(ascending)
    await took.locator('button').press('Enter')
    expect(await values()).toEqual(ascending.reverse())
    await page.context().close()
  })

  it('shows the rows of a failure', async () => {
    const { page } = await open(many)
    const button = page.locator('[data-find]').first()
    const code = (await button.getAttribute('data-find')) ?? ''
    await button.click()
    expect(await shown(page)).toBe(many.rows.filter(({ error }) => error?.code === code).length)
    await page.context().close()
  })

  it('is complete without scripts, and in print', async () => {
    const off = await open(many, { javaScriptEnabled: false })
    expect(await shown(off.page)).toBe(1_000)
    expect(await off.page.locator('button:visible').allTextContents()).toEqual(
      await off.page.locator('th button').allTextContents(),
    )
    await off.page.context().close()

    const { page, trouble } = await open(sampleRecord(30), { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await ground(page)).toBe('rgb(255, 255, 255)')
    const pdf = join(folder, 'report.pdf')
    await page.pdf({ path: pdf, format: 'A4' })
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-')
    expect(trouble).toEqual([])
    await page.context().close()
  })
})
