/** The report of the bench, on the terminal and as docs/performance.md. */
import { cpus, totalmem } from 'node:os'
import CliTable from 'cli-table3'

export interface Report {
  readonly machine: Readonly<Record<string, string>>
  readonly [benchmark: string]: unknown
}

const LIMITS = `What the figures do not show:

- Short campaigns against wide limits (the bound is some ten seconds), and a limit that is raised late, cost up to 1.3 × the bound: finding a limit takes seconds. Which of several CENs finds its own limit late is chance, and a millisecond of latency changes a single figure by a few hundredths (the range stands beside it). The grid runs two of three durations for each combination, and the worst of those left out.
- Several processes on one queue pass messages to each other. A process reads the state of a message that another one had before it sends, and each learns only by refusals what the others leave of a limit: over eleven sets of limits (docs/limiter.md) two processes need 1.15 × the bound on average and 1.39 at worst, with 5 % refused, four 1.25 and 1.45, with 11 %. One process is the right number for one Alibaba account.
- The fair queue is fair among the messages that a process has received. If the rate is the limit, and 10,000 messages are on the queue before a single one, that one is received late: only the queue can be fair there (SQS fair queues, a message group for each owner).
- Terraform is a pattern here, not the program: the waits of the provider (August 2026) and of its plugin SDK, and ten resources at a time, which is Terraform's default. The program itself took 1.27, 1.46 and 3.02 × the bound for 60 VPCs on one CEN of the emulator (5 at once, 5 s, 10/s; 2 at once, 3 s, 3/s; 20 at once, 1 s, 1/s); the pattern takes 1.23, 1.43 and 2.98 if the rate limits attach calls alone, and 1.23, 1.52 and 3.23 if it limits readings, too. The seconds in which Terraform starts are left out. If a CEN takes one or five at once and each takes long, Terraform comes nearly as close to the bound as the worker, with several times the calls; if the limit is wider than ten at once, most of its time is due to its ten at a time. Its waits have no jitter, so its calls stay in step, and which of ten calls at once comes first is chance: at one call a second, runs of the plugin SDK's own code in real time took 1.98, 2.23, 2.74 and 2.98 × the bound.`

/** The machine that the figures come from. */
export const machine = (): Report['machine'] => ({
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
})

/** The figures of other parts that a report file has: none if it is empty, undefined if it is no report. */
export function figuresOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {}
  try {
    const figures: unknown = JSON.parse(text)
    return figures instanceof Object && !Array.isArray(figures) ? { ...figures } : undefined
  } catch {
    return undefined
  }
}

export function toText(benchmark: Benchmark, result: unknown): string {
  const [head = [], ...rows] = benchmark.table(result)
  const table = new CliTable({ head: [...head], style: { head: [], border: [] } })
  table.push(...rows.map((row) => [...row]))
  return ['', `${benchmark.name}: ${benchmark.about}`, ...(benchmark.summary?.(result) ?? []), table.toString()].join(
    '\n',
  )
}

/** A part without figures keeps its section of `before`, the document as it was. */
export function toMarkdown(benchmarks: readonly Benchmark[], report: Report, before = ''): string {
  const kept = new Map(
    before
      .split(/^(?=## )/m)
      .slice(1)
      .map((section) => [/^## (.*)/.exec(section)?.[1] ?? '', section.trimEnd()]),
  )
  const sections = benchmarks.flatMap((benchmark) =>
    report[benchmark.name] === undefined ? (kept.get(benchmark.name) ?? []) : toSection(benchmark, report),
  )
  const from = Object.values(report.machine).join(', ')
  return `${['# Performance', `Written by \`npm run bench -- --write\`; do not edit. Measured on ${from}. The parts on the virtual clock (makespan, fairness, scale) do not depend on the machine: their figures are the same everywhere. The other parts do, and those that take minutes (memory over 100,000 messages, billedMs, bulk, console, cost) may come from an earlier run on another machine: rely on ratios within one table.`, LIMITS, ...sections].join('\n\n')}\n`
}

function toSection(benchmark: Benchmark, report: Report): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const [head = [], ...rows] = benchmark.table(report[benchmark.name])
  const summary = (benchmark.summary?.(report[benchmark.name]) ?? []).map((line) => `- ${line}`)
  const table = [row(head), row(head.map(() => '---')), ...rows.map(row)]
  return [
    `## ${benchmark.name}`,
    '',
    `${benchmark.about}.`,
    '',
    ...(summary.length > 0 ? [...summary, ''] : []),
    ...table,
  ].join('\n')
}

/** A benchmark: measures one thing and renders it as a table. */
export interface Benchmark {
  /** The key of its result in the JSON report. */
  readonly name: string
  /** One sentence: what is measured, and how. */
  readonly about: string
  /** True if it takes minutes: it then runs only if it is named. */
  readonly onRequest?: boolean
  /** Resolves to the figures, plain JSON. */
  readonly run: (progress: (text: string) => void) => Promise<unknown>
  /** Rows of cells; the first row is the head. */
  readonly table: (result: unknown) => readonly (readonly string[])[]
  /** Sentences above the table. */
  readonly summary?: (result: unknown) => readonly string[]
}
