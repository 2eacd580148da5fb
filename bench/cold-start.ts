/** The things whose loading is compared, built into a folder; and one loading, in a process of its own. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import type { Benchmark } from './report.js'
import { round, sampleQuantile } from './statistics.js'

const FOLDER = 'dist/bench/cold'
const BUNDLE = 'dist/lambda'
const ENTRY_POINT = `${BUNDLE}/aws-lambda.mjs`

export type Start = 'empty' | 'awsClients' | 'ours' | 'oursWithCore' | 'naive'

const BUILT_FILES = {
  empty: `${FOLDER}/empty.cjs`,
  awsClients: `${FOLDER}/aws-clients.cjs`,
  naive: `${FOLDER}/naive.mjs`,
} as const

/** The files that a process loads, one after the other. */
function filesOf(start: Start): readonly string[] {
  if (start === 'ours') return [ENTRY_POINT]
  if (start === 'oursWithCore') return [ENTRY_POINT, sdkCoreFile()]
  return [BUILT_FILES[start]]
}

/** What `import('./sdk-client.js')` has become. */
function sdkCoreFile(): string {
  const name = readdirSync(BUNDLE).find((file) => file.startsWith('sdk-client-'))
  if (name === undefined) throw new Error(`${BUNDLE} has no file of the SDK core`)
  return `${BUNDLE}/${name}`
}

const EMPTY = 'export const handler = () => undefined'

/** What any such function needs: both clients, built, and the commands that it sends. */
const AWS_CLIENTS = `
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
const clients = [new SQSClient({ region: 'us-east-1' }), new SNSClient({ region: 'us-east-1' })]
export const handler = () => [...clients, ChangeMessageVisibilityCommand, SendMessageCommand, PublishCommand]`

/** The same entry point, as it would be without a bundle: every package at the top, from node_modules. */
const NAIVE = `
import '@aws-sdk/client-sns'
import '@alicloud/credentials'
export { handler } from './functions/aws-lambda.ts'`

const BUNDLED: BuildOptions = { format: 'cjs', minify: true, mainFields: ['module', 'main'] }
const UNBUNDLED: BuildOptions = { format: 'esm', packages: 'external' }

async function buildFile(start: keyof typeof BUILT_FILES, contents: string, options: BuildOptions): Promise<void> {
  const stdin = { contents, resolveDir: '.', loader: 'ts' } as const
  await build({ stdin, outfile: BUILT_FILES[start], bundle: true, platform: 'node', target: 'node20', ...options })
}

export async function buildStarts(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  await buildFile('empty', EMPTY, BUNDLED)
  await buildFile('awsClients', AWS_CLIENTS, BUNDLED)
  await buildFile('naive', NAIVE, UNBUNDLED)
  execFileSync(process.execPath, ['deploy/bundle.mjs', 'lambda'])
}

const QUIET_ENV = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/000000000000'
const FUNCTION_SETTINGS = {
  ...QUIET_ENV,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  REQUEST_QUEUE_URL: `${QUEUE}/requests`,
  DEAD_LETTER_QUEUE_URL: `${QUEUE}/dead-letters`,
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:results',
  ATTACHMENT_POLICY: 'allow-all',
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench',
}

const LOADER_SCRIPT = `
const before = performance.now()
const print = () => { process.stdout.write(String(performance.now() - before)); process.exit() }
const [file, ...more] = process.argv.slice(1)
if (file.endsWith('.mjs')) [file, ...more].reduce((before, each) => before.then(() => import(each)), Promise.resolve()).then(print)
else { require(file); print() }`

/** Milliseconds from the request for the file until its handler is there. */
export async function loadMs(start: Start): Promise<number> {
  const files = filesOf(start).map((file) => `${process.cwd()}/${file}`)
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', LOADER_SCRIPT, ...files], {
    env: FUNCTION_SETTINGS,
  })
  return Number(stdout)
}

const ROUNDS = 15
const STARTS: readonly Start[] = ['empty', 'awsClients', 'ours', 'oursWithCore', 'naive']

interface ColdStartRow {
  readonly medianMs: number
  readonly leastMs: number
  readonly mostMs: number
}
type ColdStartFigures = Readonly<Record<`${Start}Ms`, number>> & {
  readonly zipKiB: number
  readonly spread: Readonly<Record<Start, ColdStartRow>>
}

const START_NAMES: Readonly<Record<Start, string>> = {
  empty: 'an empty handler',
  awsClients: 'the clients of SQS and SNS, bundled',
  ours: 'cen-attach',
  oursWithCore: 'cen-attach and the SDK core, which its first call loads',
  naive: 'cen-attach, imported from node_modules',
}

export const coldStart: Benchmark = {
  name: 'coldStart',
  about: `milliseconds from the request for a function's file until its handler is there, in ${ROUNDS} fresh processes each, by turns, on a warm page cache`,
  async run(progress) {
    await buildStarts()
    const samples = new Map<Start, number[]>(STARTS.map((start) => [start, []]))
    // The first round warms the page cache, and is dropped.
    for (let turn = 0; turn <= ROUNDS; turn++) {
      progress(`${turn} of ${ROUNDS}`)
      for (const start of STARTS) {
        const ms = await loadMs(start)
        if (turn > 0) samples.get(start)?.push(ms)
      }
    }
    const spread = Object.fromEntries(STARTS.map((start) => [start, rowOf(samples.get(start) ?? [])]))
    return {
      ...Object.fromEntries(STARTS.map((start) => [`${start}Ms`, spread[start]?.medianMs])),
      zipKiB: round(zipSizeBytes(BUNDLE) / 1_024, 1),
      spread,
    }
  },
  table(result) {
    const { spread } = result as ColdStartFigures
    const { awsClients, naive } = spread
    return [
      ['loaded', 'median ms', 'range ms', '÷ AWS clients', '÷ node_modules'],
      ...STARTS.map((start) => [
        START_NAMES[start],
        spread[start].medianMs.toFixed(1),
        `${spread[start].leastMs.toFixed(1)} to ${spread[start].mostMs.toFixed(1)}`,
        (spread[start].medianMs / awsClients.medianMs).toFixed(2),
        (spread[start].medianMs / naive.medianMs).toFixed(2),
      ]),
    ]
  },
  summary(result) {
    return [`the upload: a zip of ${(result as ColdStartFigures).zipKiB} KiB`]
  },
}

function rowOf(samples: readonly number[]): ColdStartRow {
  const at = (share: number) => round(sampleQuantile(samples, share), 1)
  return { medianMs: at(0.5), leastMs: at(0), mostMs: at(1) }
}

/** A local header and an entry of the directory, each with the name; and the directory's end (PKWARE APPNOTE 4.3). */
const HEADER_BYTES = 30 + 46
const END_BYTES = 22

/** Bytes at level 9; the folder has no folders in it. */
export function zipSizeBytes(folder: string): number {
  const sizes = readdirSync(folder).map((name) => {
    const { length } = deflateRawSync(readFileSync(`${folder}/${name}`), { level: 9 })
    return length + HEADER_BYTES + 2 * `${folder}/${name}`.length
  })
  return sizes.reduce((sum, size) => sum + size, END_BYTES)
}
