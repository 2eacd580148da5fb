/** Runs parts of the bench: `npm run bench -- [PART …] [--json FILE] [--write]`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PARTS } from './parts.js'
import { machine, type Report, toMarkdown, toText } from './report.js'

const DOCUMENT = 'docs/performance.md'
const HELP = `npm run bench -- [PART …] [--json FILE] [--write]

Parts: ${PARTS.map(({ name }) => name).join(', ')}; without a name all but those that take minutes (${PARTS.filter(
  ({ onRequest }) => onRequest,
)
  .map(({ name }) => name)
  .join(', ')}).

  --json FILE  writes the figures; those of other parts that stand in FILE are kept
  --write      writes ${DOCUMENT} from the figures of FILE, or of this run
  --help       shows this

Example: npm run bench -- makespan fairness --json bench.json`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean' } },
})
const strangers = positionals.filter((name) => !PARTS.some((part) => part.name === name))
if (values.help || strangers.length > 0) {
  if (strangers.length > 0) console.error(`There is no part ${strangers.join(', ')}.\n`)
  console.log(HELP)
  process.exit(values.help ? 0 : 2)
}

const { json } = values
const text = json !== undefined && existsSync(json) ? readFileSync(json, 'utf8').trim() : ''
const before = readFigures(text)
const report: Report & Record<string, unknown> = { ...before, machine: machine() }
const chosen = PARTS.filter(
  ({ name, onRequest }) => positionals.includes(name) || (positionals.length === 0 && !onRequest),
)
for (const part of chosen) {
  const startedMs = performance.now()
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${part.name} ${text}`)
  }
  const result = await part.run(progress)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  report[part.name] = result
  console.log(toText(part, result))
  console.log(`${part.name} took ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`)
}
console.log(`\n${Object.values(report.machine).join(', ')}`)
if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
if (values.write) writeFileSync(DOCUMENT, toMarkdown(PARTS, report))
process.exit(0)

/** What stands in the file of `--json` already; an empty file has nothing. Ends the run where it is no JSON object. */
function readFigures(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {}
  console.error(`${json} holds no figures of a bench (a JSON object); name another file, or remove it.`)
  process.exit(2)
}
