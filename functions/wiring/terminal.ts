/** How the commands speak to a person or a machine. */
import pc from 'picocolors'
import type { Paint } from '../../lib/campaign/outcome-table.js'

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  attached: pc.green,
  failed: pc.red,
  'grant-required': pc.yellow,
  pending: pc.dim,
}

/** Colours only on a terminal (picocolors looks at NO_COLOR and FORCE_COLOR too). */
export const paint: Paint = (outcome, text) => (process.stdout.isTTY ? (COLOURS[outcome]?.(text) ?? text) : text)

export const say = (text: string): void => void process.stdout.write(`${text}\n`)
export const sayJson = (value: unknown): void => say(JSON.stringify(value))

/** Wrong use: every fault on its own line of standard error, exit code 2. */
export class WrongUse extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'))
  }
}
