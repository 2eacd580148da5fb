/** The pictures of docs/: each was taken of the page as it is now. `npm run docs:pictures` takes them anew. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, NO_CHROMIUM, startChromium } from '../support/console/browser.js'
import { FOLDER, PICTURES, type Picture } from '../support/pictures/pictures.js'
import { sizeOf, toSmallPng } from '../support/pictures/small-png.js'

const tour = readFileSync('docs/tour.md', 'utf8')
const MARGIN = 8
const MAX_BYTES = 150_000
const TAKE_ANEW = process.env.PICTURES === 'take'

interface TakenOf {
  /** SHA-256 of the picture. */
  readonly png: string
  /** SHA-256 of the visible text, the markup and the style that it was taken of. */
  readonly text: string
  readonly markup: string
  readonly style: string
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
const pathOf = ({ name }: Pick<Picture, 'name'>, extension: string) => `${FOLDER}/${name}.${extension}`

/** What a page shows, without what the fonts of a machine change. */
async function readShown(page: Page, shows: string): Promise<Omit<TakenOf, 'png'>> {
  const of = (selector: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})]`
  const style = `Promise.all(${of('style, link[rel=stylesheet]')}.map((one) =>
    one.href ? fetch(one.href).then((answer) => answer.text()) : one.textContent))`
  const read = async (expression: string) => sha256(JSON.stringify(await page.evaluate(expression)))
  return {
    text: await read(`${of(shows)}.map((one) => one.innerText)`),
    markup: await read(`${of(shows)}.map((one) => one.outerHTML)`),
    style: await read(style),
  }
}

async function takePicture(page: Page, { shows, width }: Picture): Promise<Buffer> {
  const boxes = await Promise.all((await page.locator(shows).all()).map((part) => part.boundingBox()))
  const height = Math.ceil(Math.max(...boxes.map((box) => (box ? box.y + box.height : 0)))) + MARGIN
  await page.setViewportSize({ width, height })
  return toSmallPng(await page.screenshot())
}

const takenOf = (picture: Picture): TakenOf => JSON.parse(readFileSync(pathOf(picture, 'taken-of.json'), 'utf8'))

if (!chromiumPath) console.warn(`skipped: whether the pictures are stale is not tested: ${NO_CHROMIUM}`)

describe.runIf(chromiumPath)('the page of a picture in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  it.each(PICTURES)('is what $name was taken of; else take it anew: npm run docs:pictures', async (picture) => {
    const { colorScheme, shows, width, scale } = picture
    const viewport = { width, height: 900 }
    const context = await browser.newContext({ viewport, deviceScaleFactor: scale, colorScheme })
    const page = await context.newPage()
    const close = await picture.open(page)
    const shown = await readShown(page, shows)
    if (TAKE_ANEW) {
      const png = await takePicture(page, picture)
      writeFileSync(pathOf(picture, 'png'), png)
      writeFileSync(pathOf(picture, 'taken-of.json'), `${JSON.stringify({ png: sha256(png), ...shown }, null, 2)}\n`)
    }
    const { png: _png, ...taken } = takenOf(picture)
    expect(shown).toEqual(taken)
    await context.close()
    await close()
  })
})

describe('a picture of the documentation', () => {
  it.each(PICTURES)('$name is small, as wide as it should be, and is the one that was taken last', (picture) => {
    const png = readFileSync(pathOf(picture, 'png'))
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(sizeOf(png).width).toBe(picture.width * picture.scale)
    expect(png.length).toBeLessThan(MAX_BYTES)
    expect(sha256(png)).toBe(takenOf(picture).png)
  })

  it.each(PICTURES)('$name is in the tour, in words, too', ({ name }) => {
    const [, words = ''] = new RegExp(`!\\[([^\\]]*)\\]\\(pictures/${name}\\.png\\)`).exec(tour) ?? []
    expect(words.length).toBeGreaterThan(100)
  })
})
