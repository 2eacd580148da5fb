/** Output of the commands: text, JSON, warnings and wrong use. */
import { readFileSync } from 'node:fs'
import pc from 'picocolors'
import type { Paint } from '../../lib/campaigns/outcome-table.js'
import { escapeControls } from '../../lib/domain/foreign-text.js'

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  attached: pc.green,
  detached: pc.green,
  failed: pc.red,
  'grant-required': pc.yellow,
  pending: pc.dim,
}

/** Colours on a terminal only (picocolors reads NO_COLOR and FORCE_COLOR, too). */
export const paint: Paint = (outcome, text) => (process.stdout.isTTY ? (COLOURS[outcome]?.(text) ?? text) : text)

/** The only control sequences that are printed: those of the colours above. */
const OWN = /(\u001b\[(?:2|22|31|32|33|39)m)/

/** Escapes control characters of foreign texts. Every text of a command goes through here. */
export const printable = (text: string): string =>
  text
    .split(OWN)
    .map((part, index) => (index % 2 === 1 ? part : escapeControls(part, true)))
    .join('')

export const print = (text: string): void => void process.stdout.write(`${printable(text)}\n`)
/** On standard error. */
export const warn = (text: string): void => void process.stderr.write(`${printable(text)}\n`)
export const printJson = (value: unknown): void => print(JSON.stringify(value))

/** Wrong use: every fault on its own line of standard error, exit code 2. */
export class UsageError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'))
  }
}

/** The version that package.json states; the path is that of the built file, dist/functions/terminal/print.js. */
export const readVersion = (): string =>
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
