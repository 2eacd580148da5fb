/** 5,000 rows through `local --submit`: duration, memory, longest time without progress, and how fast its report opens. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromiumPath, startChromium } from '../test/support/console/browser.js'
import type { Benchmark } from './report.js'

const ROWS = Number(process.env.BENCH_ROWS ?? 5_000)
const CENS = 50
const OWNERS = 100
/** Realistic limits: an attachment takes seconds, a CEN allows five at once, an API fifty calls a second. */
const LIMITS = { attachMs: 4_000, attachesAtOnce: 5, throttle: { calls: 50, windowMs: 1_000, eachAction: true } }
/** Without a heap limit V8 collects late, and memory seems to grow. */
const HEAP_MIB = 128
const SAMPLE_MS = 250
const QUARTERS = [0.25, 0.5, 0.75, 1]

interface Bulk {
  readonly rows: number
  readonly seconds: number
  /** Resident memory after a quarter, a half … of the outcomes. */
  readonly rssMiB: readonly number[]
  /** The longest time without progress output. */
  readonly longestSilenceMs: number
  readonly reportKiB: number
  /** The time until the page is laid out; absent without Chromium. */
  readonly reportOpensMs?: number
}

export const bulk: Benchmark = {
  name: 'bulk',
  about: `${ROWS} rows over ${CENS} CENs and ${OWNERS} owners through \`local --submit\`: queue, topic, emulator, worker and command line in one process with a heap of at most ${HEAP_MIB} MiB, in real time; an attachment takes 4 s, a CEN takes 5 at once, an action 50 calls a second (the bound: ${ROWS / 50} s)`,
  onRequest: true,
  async run(progress) {
    const folder = mkdtempSync(join(tmpdir(), 'cen-attach-bulk-'))
    try {
      return await measure(folder, progress)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  table: (result) => {
    const { seconds, rssMiB, longestSilenceMs, reportKiB, reportOpensMs } = result as Bulk
    return [
      ['seconds', 'MiB at ¼, ½, ¾, end', 'longest silence ms', 'report KiB', 'opens in ms'],
      [
        seconds.toFixed(0),
        rssMiB.map((mib) => mib.toFixed(0)).join(', '),
        longestSilenceMs.toFixed(0),
        reportKiB.toFixed(0),
        reportOpensMs?.toFixed(0) ?? 'no Chromium',
      ],
    ]
  },
}

async function measure(folder: string, progress: (text: string) => void): Promise<Bulk> {
  const [file, world, report] = ['rows.csv', 'world.json', 'report.html'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(file, rows())
  writeFileSync(world, JSON.stringify({ limits: LIMITS }))
  const startedMs = performance.now()
  const args = [
    `--max-old-space-size=${HEAP_MIB}`,
    'dist/functions/cli.js',
    'local',
    '--submit',
    file,
    '--world',
    world,
    '--report',
    report,
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const rssMiB: number[] = []
  let done = 0
  let lastOutputMs = startedMs
  let longestSilenceMs = 0
  const sample = () => {
    const mib = residentMiB(child.pid)
    while (mib !== undefined && done >= (QUARTERS[rssMiB.length] ?? Infinity) * ROWS) rssMiB.push(mib)
  }
  child.stderr.on('data', (text) => {
    longestSilenceMs = Math.max(longestSilenceMs, performance.now() - lastOutputMs)
    lastOutputMs = performance.now()
    done = Number(/rows: (\d+) attached(?![\s\S]*rows:)/.exec(String(text))?.[1] ?? done)
    progress(`${done}`)
    sample()
  })
  const timer = setInterval(sample, SAMPLE_MS)
  const code = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(timer)
  if (code !== 0) throw new Error(`it ended with ${code}`)
  const seconds = (performance.now() - startedMs) / 1_000
  const opens = chromiumPath === undefined ? {} : { reportOpensMs: await openReport(report) }
  return { rows: ROWS, seconds, rssMiB, longestSilenceMs, reportKiB: statSync(report).size / 1_024, ...opens }
}

const rows = (): string =>
  [
    'cenId,childInstanceId,childInstanceRegionId,childInstanceOwnerId',
    ...Array.from({ length: ROWS }, (_, row) => {
      const owner = String(1_700_000_000_000_000 + (row % OWNERS))
      return `cen-bulk-${row % CENS},vpc-bulk-${row},cn-hangzhou,${owner}`
    }),
    '',
  ].join('\n')

/** Undefined if the process has exited, or the system has no /proc. */
function residentMiB(pid: number | undefined): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
  } catch {
    return undefined
  }
}

async function openReport(report: string): Promise<number> {
  const browser = await startChromium()
  const page = await browser.newPage()
  const startedMs = performance.now()
  await page.goto(pathToFileURL(report).href, { waitUntil: 'load' })
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const ms = performance.now() - startedMs
  await browser.close()
  return ms
}
