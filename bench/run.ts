/** The parts of the bench, in the order in which they run. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { billed } from './billed.js'
import { bulk } from './bulk.js'
import { coldStart } from './cold-start.js'
import { consolePage } from './console-page.js'
import { cost } from './cost.js'
import { detach } from './detach.js'
import { enterprise } from './enterprise.js'
import { fairness } from './fairness.js'
import { makespan } from './makespan.js'
import { memory } from './memory.js'
import { oneRequest } from './one-request.js'
import { overhead } from './overhead.js'
import { recovery } from './recovery.js'
import { type Benchmark, figuresOf, machine, type Report, toMarkdown, toText } from './report.js'
import { scale } from './scale.js'

const BENCHMARKS: readonly Benchmark[] = [
  oneRequest,
  makespan,
  detach,
  enterprise,
  overhead,
  memory,
  recovery,
  fairness,
  scale,
  coldStart,
  billed,
  bulk,
  consolePage,
  cost,
]

const DOCUMENT = 'docs/performance.md'
const HELP = `npm run bench -- [PART …] [--json FILE] [--write]

Parts: ${BENCHMARKS.map(({ name }) => name).join(', ')}; without a name all but those that take minutes (${BENCHMARKS.filter(
  ({ onRequest }) => onRequest,
)
  .map(({ name }) => name)
  .join(', ')}).

  --json FILE  writes the figures; FILE keeps those of other parts
  --write      writes ${DOCUMENT} from the figures of FILE and of this run; other parts keep their sections
  --help       shows this

Example: npm run bench -- makespan fairness --json bench.json`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean' } },
})
const unknownNames = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
if (values.help || unknownNames.length > 0) {
  if (unknownNames.length > 0) console.error(`There is no part ${unknownNames.join(', ')}.\n`)
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
const chosen = BENCHMARKS.filter(
  ({ name, onRequest }) => positionals.includes(name) || (positionals.length === 0 && !onRequest),
)
for (const benchmark of chosen) {
  const startedMs = performance.now()
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${benchmark.name} ${text}`)
  }
  const result = await benchmark.run(progress)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  report[benchmark.name] = result
  console.log(toText(benchmark, result))
  console.log(`${benchmark.name} took ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`)
}
console.log(`\n${Object.values(report.machine).join(', ')}`)
if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
if (values.write) writeFileSync(DOCUMENT, toMarkdown(BENCHMARKS, report, readFileSync(DOCUMENT, 'utf8')))
process.exit(0)
