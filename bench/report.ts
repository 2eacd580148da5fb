/** The report: on the terminal, and as docs/performance.md. */
import { cpus, totalmem } from 'node:os'
import CliTable from 'cli-table3'

export interface Report {
  readonly machine: Readonly<Record<string, string>>
  readonly [benchmark: string]: unknown
}

const LIMITS = `What the figures do not hide:

- Short campaigns against wide walls (the bound is some ten seconds) and a wall that opens late cost up to 1.3 × the bound: finding a wall takes seconds; which of several CENs finds its own late is chance, and a millisecond of latency moves a single figure by a few hundredths (the spread stands beside it). The grid runs two of three durations for each combination, and the worst of those left out.
- Several processes on one queue hand messages to each other, what comes from another process is read before it is sent, and each finds out by refusals what the others leave: over eleven walls (docs/limiter.md) two processes need 1.15 × the bound on average and 1.39 at worst, with 5 % refused, four 1.25 and 1.45, with 11 %. One process is the right number for one wall.
- The line is fair among the messages that a process has received. Where the rate is the wall, and 10,000 messages stand before a single one on the queue, it is received late: only the queue can be fair there (SQS fair queues, a message group for each owner).`

/** Where the figures come from. */
export const machine = (): Report['machine'] => ({
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
})

export function toText(benchmark: Benchmark, result: unknown): string {
  const [head = [], ...rows] = benchmark.table(result)
  const table = new CliTable({ head: [...head], style: { head: [], border: [] } })
  table.push(...rows.map((row) => [...row]))
  return ['', `${benchmark.name}: ${benchmark.about}`, ...(benchmark.summary?.(result) ?? []), table.toString()].join(
    '\n',
  )
}

export function toMarkdown(benchmarks: readonly Benchmark[], report: Report): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const sections = benchmarks
    .filter(({ name }) => report[name] !== undefined)
    .map((benchmark) => {
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
    })
  const from = Object.values(report.machine).join(', ')
  return `${['# Performance', `Written by \`npm run bench -- --write\`; do not edit. Measured on ${from}. What runs on the virtual clock (makespan, fairness, scale) does not depend on the machine: it comes out alike everywhere. The rest depends on the machine, and what takes minutes (memory over 100,000 messages, billedMs, bulk, console, cost) may come from an earlier run on another one: rely on ratios within one table.`, LIMITS, ...sections].join('\n\n')}\n`
}

/** A part of the bench: measures one thing, and puts it into a table. */
export interface Benchmark {
  /** The key of its result in the JSON report. */
  readonly name: string
  /** One sentence: what is measured, and how. */
  readonly about: string
  /** True for what takes minutes: it runs only where it is named. */
  readonly onRequest?: boolean
  /** Resolves to the figures, plain JSON. */
  readonly run: (progress: (text: string) => void) => Promise<unknown>
  /** Rows of cells, the first one the head. */
  readonly table: (result: unknown) => readonly (readonly string[])[]
  /** Sentences above the table. */
  readonly summary?: (result: unknown) => readonly string[]
}
