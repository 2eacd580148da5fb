/** The console of a real `local` in Chromium: by mouse, by keyboard, in two widths, light and dark. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basicEverywhere } from '../../support/basic-world.js'
import { chromiumPath, NO_CHROMIUM, startChromium } from '../../support/console/browser.js'
import { type Running, start } from '../../support/process.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ROWS = 24
const PARKED = 'vpc-parked000000'
const REFUSED = 'vpc-refused00000'
const HOSTILE = '<script>document.title="run"</script><img src=x onerror=alert(1)>'

const idOf = (index: number) => ({ 3: PARKED, 5: REFUSED })[index] ?? `vpc-plain${String(index).padStart(6, '0')}`
const REGIONS = ['cn-hangzhou', 'cn-beijing', 'ap-southeast-1']
const FILE = [
  'cenId,childInstanceId,childInstanceRegionId,childInstanceOwnerId,correlationId',
  ...Array.from({ length: ROWS }, (_, index) => {
    const printed = index === 7 ? `"${HOSTILE.replaceAll('"', '""')}"` : `run-${index}`
    return `cen-${index % 2 ? 'edge' : 'core'},${idOf(index)},${REGIONS[index % 3]},${index === 3 ? '1688000000000002' : ''},${printed}`
  }),
].join('\n')
const WORLD = {
  limits: { attachMs: 1_500 },
  grantsMissing: [{ childInstanceId: PARKED }],
  faults: [
    {
      action: 'AttachCenChildInstance',
      match: { ChildInstanceId: REFUSED },
      nth: 1,
      fault: { code: 'OperationFailed.InvalidTransitRouter', http: 400, message: HOSTILE },
    },
  ],
}

if (!chromiumPath) console.warn(`skipped: the console is not tested: ${NO_CHROMIUM}`)

describe.runIf(chromiumPath)('the console of a local campaign in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'))
  let local: Running
  let browser: Browser
  let url: string
  const trouble: string[] = []

  beforeAll(async () => {
    const [file, world] = [join(folder, 'wave-3.csv'), join(folder, 'world.json')]
    writeFileSync(file, FILE)
    writeFileSync(world, JSON.stringify(basicEverywhere(WORLD)))
    browser = await startChromium()
    local = start(['local', '--submit', file, '--world', world, '--console'])
    await local.wrote(/console: http:\S+\n/)
    url = /console: (\S+)/.exec(local.out())?.[1] ?? ''
  })
  afterAll(async () => {
    await browser?.close()
    local?.child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  async function open(options: BrowserContextOptions = {}, address = url): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options })
    const page = await context.newPage()
    page.on('console', (message) => trouble.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`))
    page.on('dialog', async (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`)
      await dialog.dismiss()
    })
    const { origin } = new URL(url)
    page.on('request', (requested) => requested.url().startsWith(origin) || trouble.push(`request: ${requested.url()}`))
    await page.goto(address)
    return page
  }
  const counted = (page: Page, name: string) => page.locator('button.count', { hasText: name })
  const waitForCount = (page: Page, name: string, many: number) =>
    counted(page, name)
      .locator('b', { hasText: new RegExp(`^${many}$`) })
      .waitFor()
  const rowOf = (page: Page, id: string) => page.locator('[role=grid] .body [role=row]', { hasText: id })

  it('shows rows become attached, and removes its token from the address', async () => {
    const page = await open()
    await page.getByText('live').waitFor()
    expect(page.url()).toBe(`${new URL(url).origin}/`)
    await counted(page, 'no result yet').waitFor()
    await waitForCount(page, 'attached', ROWS - 2)
    await waitForCount(page, 'grant required', 1)
    await waitForCount(page, 'failed', 1)
    await page.getByText('nothing under way').waitFor()
    expect(await page.locator('.map > li').count()).toBe(2)
    expect(await page.getByRole('button', { name: /^CEN cen-core ?, 12 rows: 12 attached$/ }).count()).toBe(1)
    expect(await page.locator('.cells li').count()).toBe(ROWS)
    await page.locator('.chart svg').waitFor()
    await page.reload()
    await waitForCount(page, 'all rows', ROWS)
    await page.context().close()
  })

  it('opens a parked row, and copies the command of its owner', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] })
    await counted(page, 'grant required').click()
    expect(await rowOf(page, 'vpc-').count()).toBe(1)
    await rowOf(page, PARKED).click()
    const call = page.getByRole('dialog').locator('pre')
    expect(await call.textContent()).toMatch(/^aliyun vpc GrantInstanceToCen .*--InstanceId vpc-parked000000 /)
    await page.getByRole('button', { name: 'Copy the command' }).click()
    await page.getByRole('dialog').getByText('Copied').first().waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await call.textContent())
    await page.context().close()
  })

  it('filters the rows by area and by words', async () => {
    const page = await open()
    await page
      .getByRole('button', { name: /^Region cn-beijing/ })
      .first()
      .click()
    expect(await rowOf(page, 'vpc-').count()).toBe(4)
    await page.getByRole('searchbox').fill('vpc-plain000004')
    expect(await rowOf(page, 'vpc-').count()).toBe(1)
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('button', { name: 'instance' }).click()
    expect(await rowOf(page, 'vpc-').first().textContent()).toContain(PARKED)
    await page.context().close()
  })

  it('works with the keyboard alone', async () => {
    const page = await open()
    await waitForCount(page, 'all rows', ROWS)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the rows')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('rows')
    for (const key of ['End', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    const active = '[role=row][aria-selected=true]'
    expect(await page.locator(active).textContent()).toContain(PARKED)
    expect(await page.evaluate('document.activeElement.getAttribute("aria-activedescendant")')).toBe(
      await page.locator(active).getAttribute('id'),
    )
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.evaluate('document.activeElement.id')).toBe('rows')
    await page.getByRole('button', { name: 'Read again' }).waitFor()
    const reached = new Set<string>()
    for (let step = 0; step < 80 && !reached.has('Read again'); step++) {
      await page.keyboard.press('Tab')
      reached.add((await page.evaluate('document.activeElement.textContent')) as string)
    }
    expect([...reached]).toContain('Copy 1 command')
    expect([...reached]).toContain('Read again')
    await page.context().close()
  })

  it('runs no script of a value', async () => {
    const page = await open()
    await page.getByRole('searchbox').fill('onerror')
    expect(await rowOf(page, 'vpc-').count()).toBe(2)
    for (const id of [REFUSED, idOf(7)]) {
      await rowOf(page, id).click()
      expect(await page.getByRole('dialog').textContent()).toContain(HOSTILE)
      await page.keyboard.press('Escape')
    }
    expect(await page.locator('img, script:not([src])').count()).toBe(0)
    expect(await page.title()).toBe('wave-3.csv')
    await page.context().close()
  })

  it.each([
    ['phone', 390, 'light'],
    ['phone', 390, 'dark'],
    ['desktop', 1_280, 'light'],
    ['desktop', 1_280, 'dark'],
  ] as const)('has no violation of axe on a %s (%i pixels), %s, and is not wider', async (_, width, colorScheme) => {
    const page = await open({ viewport: { width, height: 844 }, colorScheme, reducedMotion: 'reduce' })
    await waitForCount(page, 'all rows', ROWS)
    await page.locator('.chart svg').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    const complaints = async () => {
      const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
        violations: { id: string; nodes: { html: string }[] }[]
      }
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
    }
    await page.evaluate(AXE)
    expect(await complaints()).toEqual([])
    // The dialogs are the same in both widths.
    if (width === 390) return page.context().close()
    await rowOf(page, PARKED).click()
    expect(await complaints()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Redrive 1 dead letter of/ }).click()
    expect(await complaints()).toEqual([])
    await page.context().close()
  })

  it('confirms a redrive with count and queue, and sends on request', async () => {
    const page = await open()
    const redrive = page.getByRole('button', { name: /^Redrive 1 dead letter of OperationFailed.InvalidTransitRouter/ })
    const posts: string[] = []
    page.on('request', (requested) => requested.method() === 'POST' && posts.push(requested.url()))
    await redrive.click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.textContent()).toContain('Redrive 1 dead letter?')
    expect(await dialog.textContent()).toContain('cen-attach-requests')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel')
    await page.keyboard.press('Enter')
    expect(await dialog.count()).toBe(0)
    expect(posts).toEqual([])

    await redrive.click()
    await dialog.getByRole('button', { name: 'Send 1 dead letter' }).click()
    await dialog.getByText('1 dead letter sent').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    expect(posts).toHaveLength(1)
    await waitForCount(page, 'attached', ROWS - 1)
    expect(await counted(page, 'failed').count()).toBe(0)
    await page.getByText('None on the queue').waitFor()
    await page.context().close()
  })

  it('gets a new snapshot after its stream broke', async () => {
    const page = await open({}, 'about:blank')
    let streams = 0
    const streamEvent = {
      event: 'snapshot',
      head: { title: 'before', requestQueue: 'q', startedAtMs: 0 },
      nowMs: 0,
      rows: [],
    }
    await page.route('**/api/events', (route) => {
      streams += 1
      if (streams > 1) return route.continue()
      return route.fulfill({ contentType: 'text/event-stream', body: `data: ${JSON.stringify(streamEvent)}\n\n` })
    })
    await page.goto(url)
    await page.getByText('connection lost').waitFor()
    expect(await page.title()).toBe('before')
    await waitForCount(page, 'all rows', ROWS)
    expect(await page.title()).toBe('wave-3.csv')
    await page.getByText('live', { exact: false }).first().waitFor()
    await page.context().close()
  })

  it('has no errors, no requests to other hosts, and no violation of its policy', () => {
    expect(trouble).toEqual([])
  })

  it('shows what to do if its token is refused', async () => {
    const page = await open({}, new URL(url).origin)
    await page.getByText('open the address that the console printed last').waitFor()
    await page.context().close()
  })

  it('runs until Ctrl-C, and then prints the outcome of every row', async () => {
    expect(local.child.exitCode).toBe(null)
    local.child.kill('SIGINT')
    expect(await local.ended).toBe(1)
    expect(local.out()).toContain(`${ROWS} rows: ${ROWS - 1} attached, 0 failed, 1 grant-required`)
    expect(local.out()).not.toContain('interrupted')
  })
})
