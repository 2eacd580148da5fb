/** `cen-attach local` */
import type { Command } from 'commander'
import { worldWithRows } from '../../lib/emulator/world/world-file.js'
import { addCampaignOptions, type CampaignOptions } from '../campaigns/options.js'
import { stopSignal } from '../compose/process.js'
import type { ConsoleChoice } from '../local/campaign.js'
import type { WorkerChoice } from '../local/settings.js'
import { readPlan, readWorld } from '../terminal/input-files.js'
import { UsageError } from '../terminal/print.js'
import { portOption, printSettings } from '../terminal/settings.js'

/** Long polling is short, so that a stop is fast: queue and worker are in one process. */
const WAIT_SECONDS = 1
const up = (worker: boolean): string =>
  `${worker ? 'Queue, topic, CEN emulator and worker' : 'Queue, topic and CEN emulator'} are up. Settings of AWS and Alibaba clients (the AWS CLI also needs --endpoint-url $AWS_ENDPOINT_URL; npx cen-attach doctor checks them all):`

interface LocalOptions extends CampaignOptions, ConsoleChoice, WorkerChoice {
  readonly world?: string
  readonly worker: boolean
  readonly detach?: boolean
  readonly queuePort: number
  readonly emulatorPort: number
}

export function addLocal(program: Command): void {
  const command = program
    .command('local')
    .description('everything in one process on loopback: queue, topic, CEN emulator and worker')
    .option('--submit <file>', 'submit this file, print the outcome of every row, and exit')
    .option('--detach', 'with --submit: detach the rows without an action; nothing is asked, since nothing is real')
    .option('--world <file>', 'what exists in the emulator, which calls fail, and which outcomes are expected (JSON)')
    .option('--policy <file>', 'the attachment policy; by default that of the world, or everything is allowed')
    .option(
      '--grant-role <name>',
      'role that the worker assumes to grant for owners; by default that of the world, or none',
    )
    .option('--no-worker', 'start no worker, for use with your own')
    .option('--queue-port <number>', 'port of the queue server; 0 picks a free port', portOption, 0)
    .option('--emulator-port <number>', 'port of the CEN emulator; 0 picks a free port', portOption, 0)
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach local --submit vpcs.csv --console\n  cen-attach local --queue-port 4566',
    )
  addCampaignOptions(command)
    .option('--console', 'show it in a page on loopback, and run until Ctrl-C')
    .option('--console-port <number>', 'port of that page; 0 picks a free port', portOption, 0)
    .action(local)
}

async function local(options: LocalOptions): Promise<void> {
  if (options.submit !== undefined && !options.worker)
    throw new UsageError(['--submit needs the worker: leave out --no-worker'])
  const defaults = { campaignId: options.campaign, ...(options.detach && { action: 'detach' as const }) }
  const rows = options.submit === undefined ? [] : readPlan(options.submit, defaults)
  const world = worldWithRows(
    readWorld(options.world),
    rows.map(({ request }) => request.attachment),
  )
  const { localSettings, readLocalConfig } = await import('../local/settings.js')
  const { startLocalCloud } = await import('../local/cloud.js')
  const cloud = await startLocalCloud(world, { queues: options.queuePort, emulator: options.emulatorPort })
  const quiet = options.submit === undefined ? 'info' : 'error'
  const settings = localSettings(cloud.env, options, world)
  const reading = readLocalConfig(settings, process.env, quiet)
  if (!reading.ok) {
    await cloud.stop()
    throw new UsageError(reading.faults)
  }
  const stopped = stopSignal()
  const ended = new AbortController()
  stopped.addEventListener('abort', () => ended.abort())
  const run = { ...reading, stop: ended.signal, waitSeconds: WAIT_SECONDS }
  const worker = options.worker ? import('../compose/worker.js').then(({ runWorker }) => runWorker(run)) : undefined
  try {
    if (options.submit === undefined) printSettings(settings, options.json, up(options.worker))
    if (options.submit === undefined && !options.console)
      await new Promise((resolve) => ended.signal.addEventListener('abort', resolve))
    else {
      const { localCampaign } = await import('../local/campaign.js')
      process.exitCode = await localCampaign({ cloud, world, rows, stop: ended.signal }, options)
    }
  } finally {
    ended.abort()
    await worker
    await cloud.stop()
  }
}
