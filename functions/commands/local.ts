/** `cen-attach local` */
import type { Command } from 'commander'
import { worldWithRows } from '../../lib/emulator/world/world-file.js'
import { addCampaignOptions, type CampaignOptions } from '../campaigns/options.js'
import { stopSignal } from '../compose/process.js'
import { runWorker } from '../compose/worker.js'
import { addConsoleOptions, type ConsoleChoice, localCampaign } from '../local/campaign.js'
import { startLocalCloud } from '../local/cloud.js'
import { localSettings, readLocalConfig, type WorkerChoice } from '../local/settings.js'
import { readPlan, readWorld } from '../terminal/input-files.js'
import { UsageError } from '../terminal/print.js'
import { portOption, printSettings } from '../terminal/settings.js'

/** Nothing is lost on the way between two sides of one process, so a stop need not wait long for a receive. */
const WAIT_SECONDS = 1
const up = (worker: boolean): string =>
  `${worker ? 'Queue, topic, CEN emulator and worker' : 'Queue, topic and CEN emulator'} are up. These settings point AWS and Alibaba clients at them (an AWS CLI also wants --endpoint-url $AWS_ENDPOINT_URL):`

export interface LocalOptions extends CampaignOptions, ConsoleChoice, WorkerChoice {
  readonly world?: string
  readonly worker: boolean
  readonly queuePort: number
  readonly emulatorPort: number
}

export function addLocal(program: Command): void {
  const command = program
    .command('local')
    .description('everything in one process on loopback: queue, topic, CEN emulator and worker')
    .option('--submit <file>', 'run this file through it, print what became of every row, and exit')
    .option('--world <file>', 'what exists in the emulator, what is wrong with it, and what is expected (JSON)')
    .option('--policy <file>', 'the attachment policy; by default that of the world, or everything is allowed')
    .option(
      '--grant-role <name>',
      'role that the worker assumes to grant for owners; by default that of the world, or none',
    )
    .option('--no-worker', 'start no worker; point your own at it')
    .option('--queue-port <number>', 'port of the queue server; 0 picks a free one', portOption, 0)
    .option('--emulator-port <number>', 'port of the CEN emulator; 0 picks a free one', portOption, 0)
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach local --submit vpcs.csv --console\n  cen-attach local --queue-port 4566',
    )
  addConsoleOptions(addCampaignOptions(command)).action(local)
}

async function local(options: LocalOptions): Promise<void> {
  if (options.submit !== undefined && !options.worker)
    throw new UsageError(['--submit needs the worker: leave out --no-worker'])
  const rows = options.submit === undefined ? [] : readPlan(options.submit, options.campaign)
  const world = worldWithRows(
    readWorld(options.world),
    rows.map(({ request }) => request.attachment),
  )
  const cloud = await startLocalCloud(world, { queues: options.queuePort, emulator: options.emulatorPort })
  const quiet = options.submit === undefined ? 'info' : 'error'
  const settings = localSettings(cloud.env, options, world)
  const reading = readLocalConfig(settings, process.env, quiet)
  if (!reading.ok) {
    await cloud.stop()
    throw new UsageError(reading.faults)
  }
  const stopped = stopSignal(() => undefined)
  const ended = new AbortController()
  stopped.addEventListener('abort', () => ended.abort())
  const run = { ...reading, stop: ended.signal, waitSeconds: WAIT_SECONDS }
  const worker = options.worker ? runWorker(run) : Promise.resolve()
  try {
    if (options.submit === undefined) printSettings(settings, options.json, up(options.worker))
    if (options.submit === undefined && !options.console)
      await new Promise((resolve) => ended.signal.addEventListener('abort', resolve))
    else process.exitCode = await localCampaign({ cloud, world, rows, stop: ended.signal }, options)
  } finally {
    ended.abort()
    await worker
    await cloud.stop()
  }
}
