/** Runs parts of the bench: `npm run bench -- [PART …] [--json FILE] [--write]`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PARTS } from './parts.js'
import { figuresOf, machine, type Report, toMarkdown, toText } from './report.js'

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
const before = figuresOf(json !== undefined && existsSync(json) ? readFileSync(json, 'utf8') : '')
if (before === undefined) {
  console.error(`${json} holds no figures of the bench: name another file, or an empty one.`)
  process.exit(2)
}
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
