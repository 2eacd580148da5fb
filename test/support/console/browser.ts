/** A Chromium of the machine, for pages that are looked at as a reader would; nothing is downloaded. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  chromium.executablePath(),
]

/** Its path, or undefined where the machine has none. */
export const chromiumPath = PLACES.find((path) => path !== undefined && path !== '' && existsSync(path))

export const NO_CHROMIUM = 'there is no Chromium on this machine (set CHROMIUM_PATH, or install chromium)'

export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    // Chromium's own sandbox does not work for root; a test's pages are the test's own.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
