/** Reads the input files of commands. */
import { dirname, join } from 'node:path'
import { findDuplicateRows, type PlannedRow, planCampaign } from '../../lib/campaigns/plan.js'
import { readRows } from '../../lib/campaigns/read-rows.js'
import type { RequestAction } from '../../lib/domain/attachment.js'
import { DEFAULT_TTL_MS } from '../../lib/domain/messages/request.js'
import { readWorldFile, type WorldFile } from '../../lib/emulator/world/world-file.js'
import { readTextFile } from '../compose/process.js'
import { UsageError, warn } from './print.js'

/** The text of a file, or of standard input for `-`. */
export function readText(file: string): string {
  try {
    return readTextFile(file === '-' ? 0 : file)
  } catch (error) {
    throw new UsageError([(error as Error).message])
  }
}

/** Of every row without them. */
interface RowDefaults {
  readonly campaignId?: string | undefined
  readonly action?: RequestAction | undefined
}

/** The rows of a file, each request once; throws wrong use with every fault by line and column. */
export function readPlan(file: string, defaults: RowDefaults = {}): readonly PlannedRow[] {
  const name = file === '-' ? 'standard input' : file
  const reading = readRows(readText(file))
  const plan = planCampaign(reading.rows, { nowMs: Date.now(), ttlMs: DEFAULT_TTL_MS, ...defaults })
  const found = findDuplicateRows(plan.ok ? plan.rows : [])
  const all = [...reading.faults, ...(plan.ok ? [] : plan.faults), ...found.faults]
  for (const notice of found.notices) warn(`${name}: ${notice}`)
  if (all.length === 0) return found.rows
  const faults = all.map(({ where, path, message, column }) => {
    const field = path === '$' ? '' : `${path} ${column === undefined ? '' : `(column ${column}) `}`
    return `${name}: ${where}: ${field}${message}`
  })
  throw new UsageError([...faults, 'nothing was sent; correct the file and submit it again'])
}

const EMPTY_WORLD = '{}'

/** A world file, or the empty world. Paths in it are relative to its folder. */
export function readWorld(file: string | undefined): WorldFile {
  const reading = readWorldFile(file === undefined ? EMPTY_WORLD : readText(file))
  if (reading.ok) return resolvePolicyPath(reading.world, dirname(file ?? '.'))
  throw new UsageError(reading.faults.map((fault) => `${file}: ${fault}`))
}

function resolvePolicyPath(world: WorldFile, folder: string): WorldFile {
  const { attachmentPolicy } = world.worker
  if (attachmentPolicy === undefined) return world
  return { ...world, worker: { ...world.worker, attachmentPolicy: join(folder, attachmentPolicy) } }
}
