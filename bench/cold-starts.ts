/** The things whose loading is compared, built into a folder; and one loading, in a process of its own. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { type BuildOptions, build } from 'esbuild'

const FOLDER = 'dist/bench/cold'

export type Start = 'empty' | 'awsClients' | 'ours' | 'oursWithoutCache' | 'naive'

export const FILES: Readonly<Record<Start, string>> = {
  empty: `${FOLDER}/empty.cjs`,
  awsClients: `${FOLDER}/aws-clients.cjs`,
  ours: `${FOLDER}/ours/aws-lambda.cjs`,
  oursWithoutCache: 'dist/lambda/aws-lambda.cjs',
  naive: `${FOLDER}/naive.mjs`,
}

const EMPTY = 'export const handler = () => undefined'

/** What any such function needs: both clients, built, and the commands that it sends. */
const AWS_CLIENTS = `
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
const clients = [new SQSClient({ region: 'us-east-1' }), new SNSClient({ region: 'us-east-1' })]
export const handler = () => [...clients, ChangeMessageVisibilityCommand, SendMessageCommand, PublishCommand]`

/** The same door, as it would be without a bundle: every package at the top, from node_modules. */
const NAIVE = `
import '@aws-sdk/client-sns'
import '@alicloud/credentials'
export { handler } from './functions/aws-lambda.ts'`

const BUNDLED: BuildOptions = { format: 'cjs', minify: true, mainFields: ['module', 'main'] }
const UNBUNDLED: BuildOptions = { format: 'esm', packages: 'external' }

async function write(start: Start, contents: string, options: BuildOptions): Promise<void> {
  const stdin = { contents, resolveDir: '.', loader: 'ts' } as const
  await build({ stdin, outfile: FILES[start], bundle: true, platform: 'node', target: 'node20', ...options })
}

export async function buildStarts(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  await write('empty', EMPTY, BUNDLED)
  await write('awsClients', AWS_CLIENTS, BUNDLED)
  await write('naive', NAIVE, UNBUNDLED)
  execFileSync(process.execPath, ['deploy/bundle.mjs', 'lambda'])
  cpSync('dist/lambda', `${FOLDER}/ours`, { recursive: true })
  execFileSync(process.execPath, ['deploy/code-cache.cjs', FILES.ours], { env: { ...process.env, ...QUIET } })
}

const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/000000000000'
const SETTINGS = {
  ...QUIET,
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

const CHILD = `
const before = performance.now()
const tell = () => { process.stdout.write(String(performance.now() - before)); process.exit() }
const [file] = process.argv.slice(1)
if (file.endsWith('.mjs')) import(file).then(tell); else { require(file); tell() }`

/** Milliseconds from asking for the file until its handler is there. */
export async function loadMs(start: Start): Promise<number> {
  const file = `${process.cwd()}/${FILES[start]}`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', CHILD, file], { env: SETTINGS })
  return Number(stdout)
}
