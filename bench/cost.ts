/** The cost of 1,000 attachments on Lambda: the packaged function is run and measured; prices from bench/prices.json. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../test/support/cloud.js'
import { startEnvironment } from '../test/support/lambda/environment.js'
import { type Stack, startStack } from '../test/support/lambda/stack.js'
import { packaged } from '../test/support/packaged.js'
import { request } from '../test/support/sim/sim.js'
import type { Benchmark } from './report.js'

const ATTACHMENTS = 300
const CENS = 10
const ATTACH_MS = 3_000
/** At this size a function has one CPU, below it a share (Lambda developer guide, "Configure Lambda function memory"). */
const ONE_CPU_MB = 1_769
const SIZES_MB = [128, 256, 512, 1_024, ONE_CPU_MB]
const PRICES = JSON.parse(readFileSync('bench/prices.json', 'utf8'))

interface Measured {
  readonly invocations: number
  readonly environments: number
  readonly waitMs: number
  readonly cpuMs: number
  readonly initCpuMs: number
  readonly peakMb: number
  readonly logBytes: number
  readonly sqsRequests: number
  readonly publishes: number
}

export const cost: Benchmark = {
  name: 'cost',
  about: `${ATTACHMENTS} attachments on ${CENS} CENs, ${ATTACH_MS} ms each, by the packaged function as the template deploys it; all for 1,000 of them, in dollars. A size below ${ONE_CPU_MB} MB has less CPU: the measured CPU time is scaled up, the waiting time is not`,
  onRequest: true,
  async run() {
    process.env.PACKAGED ??= mkdtempSync(join(tmpdir(), 'cen-attach-packaged-'))
    const cloud = await startCloud({ limits: { attachMs: ATTACH_MS, attachesAtOnce: 10 } })
    const here: Record<string, string> = {
      ...cloud.env,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: '',
      ALIBABA_CLOUD_ROLE_ARN: '',
      CEN_OWNER_ID: '',
    }
    const { REQUEST_QUEUE_URL: _, DEAD_LETTER_QUEUE_URL: _d, ...env } = here
    const stack = await startStack(await packaged(), cloud, env)
    const bodies = Array.from({ length: ATTACHMENTS }, (_none, index) =>
      request({ cenId: `cen-${index % CENS}`, childInstanceId: `vpc-${index}` }),
    )
    await cloud.send(...bodies)
    await cloud.until(async () => (await cloud.left()) === 0, 300_000)
    const measured = await measure(stack)
    await stack.stop()
    await cloud.stop()
    return measured
  },
  table: (result) => [
    ['memory MB', 'GB-seconds', 'Lambda', 'SQS', 'SNS', 'log', 'together', 'start, CPU s'],
    ...SIZES_MB.map((size) => priced(result as Measured, size)),
  ],
  summary: (result) => {
    const { invocations, peakMb, waitMs, cpuMs, sqsRequests, logBytes } = result as Measured
    const each = (value: number) => ((value * 1_000) / ATTACHMENTS).toFixed(0)
    const monthly = Object.entries(PRICES.monthly as Record<string, number>)
    const sum = monthly.reduce((total, [, price]) => total + price, 0)
    return [
      `for 1,000: ${each(invocations)} invocations, ${each((waitMs + cpuMs) / 1_000)} s of them, ${each(cpuMs / 1_000)} s of it CPU; ${each(sqsRequests)} requests to SQS, ${each(logBytes / 1_024)} KiB of log`,
      `the process had ${peakMb.toFixed(0)} MB at most`,
      `a month besides, used or not: ${monthly.map(([name, price]) => `${name} ${price.toFixed(2)}`).join(', ')}; ${sum.toFixed(2)} together`,
      `prices: ${PRICES.from}; as of ${PRICES.asOf}, in bench/prices.json`,
    ]
  },
}

async function measure({ fn, service, mapping, callCounts }: Stack): Promise<Measured> {
  const { invocations, environments } = service
  const durationMs = invocations.reduce((sum, one) => sum + one.durationMs, 0)
  const used = environments.map(({ child }) => usage(child.pid ?? 0))
  // One more cold start, measured alone: it is nearly all CPU time.
  const started = await startEnvironment(fn)
  await started.ready
  const initCpuMs = usage(started.child.pid ?? 0).cpuMs * environments.length
  started.stop()
  const cpuMs = used.reduce((sum, one) => sum + one.cpuMs, -initCpuMs)
  const calls = [...callCounts].reduce((sum, [call, times]) => sum + (/^sqs:(?!Receive)/.test(call) ? times : 0), 0)
  return {
    invocations: invocations.length,
    environments: environments.length,
    cpuMs,
    initCpuMs,
    waitMs: Math.max(0, durationMs - cpuMs),
    peakMb: Math.max(...used.map(({ peakMb }) => peakMb)),
    logBytes: environments.reduce((sum, { log }) => sum + log().length, 0),
    // One send for each request and one receive for each batch; empty polls are part of the monthly cost.
    sqsRequests: calls + mapping.batches.length + ATTACHMENTS,
    publishes: ATTACHMENTS,
  }
}

/** The CPU time in /proc/PID/stat of Linux, in hundredths of a second. */
function usage(pid: number): { readonly cpuMs: number; readonly peakMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuMs: (Number(stat[11]) + Number(stat[12])) * 10, peakMb: Number(peak) / 1_024 }
}

function priced(measured: Measured, size: number): string[] {
  const { invocations, waitMs, cpuMs, initCpuMs, environments, sqsRequests, publishes, logBytes } = measured
  const slower = ONE_CPU_MB / Math.min(size, ONE_CPU_MB)
  const billedMs = waitMs + (cpuMs + initCpuMs) * slower
  const gbSeconds = (billedMs / 1_000) * (size / 1_024)
  const parts = [
    gbSeconds * PRICES.lambdaGbSecond + invocations * PRICES.lambdaRequest,
    sqsRequests * PRICES.sqsRequest,
    publishes * PRICES.snsPublish,
    (logBytes / 2 ** 30) * PRICES.logsGb,
  ].map((price) => (price * 1_000) / ATTACHMENTS)
  const dollars = [...parts, parts.reduce((sum, price) => sum + price, 0)].map((price) => price.toFixed(5))
  const start = ((initCpuMs / environments) * slower) / 1_000
  return [String(size), ((gbSeconds * 1_000) / ATTACHMENTS).toFixed(2), ...dollars, start.toFixed(2)]
}
