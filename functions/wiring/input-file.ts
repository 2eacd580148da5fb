/** The files that commands read. */
import { readRows } from '../../lib/campaign/read-rows.js'
import { readWorldFile, type WorldFile } from '../../lib/emulator/world-file.js'
import { type PlannedRow, planOnboarding } from '../../lib/onboarding-plan.js'
import { WrongUse } from './terminal.js'
import { readTextFile } from './text-file.js'

/** The text of a file, or of standard input for `-`. */
export function readText(file: string): string {
  try {
    return readTextFile(file === '-' ? 0 : file)
  } catch (error) {
    throw new WrongUse([(error as Error).message])
  }
}

/** The rows of a file, all of them good; else wrong use that names every fault by its line. */
export function readPlan(
  file: string,
  options: { ttlMs: number; campaignId?: string | undefined },
): readonly PlannedRow[] {
  const reading = readRows(readText(file))
  const plan = planOnboarding(reading.rows, { nowMs: Date.now(), ...options })
  const all = [...reading.faults, ...(plan.ok ? [] : plan.faults)]
  if (plan.ok && all.length === 0) return plan.rows
  const faults = all.map(
    ({ where, path, message }) =>
      `${file === '-' ? 'standard input' : file}: ${where}: ${path === '$' ? '' : `${path} `}${message}`,
  )
  throw new WrongUse([...faults, 'nothing was sent; correct the file and submit it again'])
}

const EMPTY_WORLD = '{}'

/** A world file, or the empty world where none is named. */
export function readWorld(file: string | undefined): WorldFile {
  const reading = readWorldFile(file === undefined ? EMPTY_WORLD : readText(file))
  if (reading.ok) return reading.world
  throw new WrongUse(reading.faults.map((fault) => `${file}: ${fault}`))
}
