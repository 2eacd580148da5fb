/** Progress on a terminal as a bar with throughput and ETA; elsewhere as plain lines. */
import { SingleBar } from 'cli-progress'
import { escapeControls } from '../domain/foreign-text.js'
import { clockText, countSettled, createThroughputMeter, rateText } from './facts/throughput.js'
import { totalsLine } from './outcome-table.js'
import type { Totals } from './outcomes.js'

interface ProgressDisplay {
  update(totals: Totals): void
  /** Prints a line above the bar. */
  note(text: string): void
  stop(): void
}

const LINE_INTERVAL_MS = 1_000
const BAR = {
  barCompleteChar: '█',
  barIncompleteChar: '░',
  hideCursor: true,
  barsize: 20,
  clearOnComplete: true,
}
const FORMAT = '{bar} {value}/{total}  {done}  failed {failed}  grant-required {grantRequired}  {rate}  {left}'

/** Writes to `stream`; at most a line a second if it is not a terminal. */
export function showProgress(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  if (!stream.isTTY) return plainLines(stream, now)
  const bar = new SingleBar({ ...BAR, stream, format: FORMAT })
  const throughput = createThroughputMeter(now)
  let shown = false
  return {
    update(totals) {
      const settled = countSettled(totals)
      const { perSecond, leftMs } = throughput(settled, totals.rows)
      const shownTotals = {
        ...totals,
        done: doneText(totals),
        rate: rateText(perSecond),
        left: leftMs === undefined ? '' : `ETA ${clockText(leftMs)}`,
      }
      if (!shown) bar.start(totals.rows, settled, shownTotals)
      shown = true
      bar.setTotal(totals.rows)
      bar.update(settled, shownTotals)
    },
    note: (text) => void stream.write(`\r\x1b[K${escapeControls(text, true)}\n`),
    stop: () => bar.stop(),
  }
}

/** What is not asked for has no count: detached of a campaign that attaches, attached of a dry run. */
function doneText({ attached, detached, preflight }: Totals): string {
  const counts = { attached, detached, preflight }
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return (some.length > 0 ? some : [['attached', 0]]).map(([name, count]) => `${name} ${count}`).join('  ')
}

function plainLines(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  let printedAtMs = 0
  let lastLine = ''
  return {
    update(totals) {
      const line = totalsLine(totals)
      if (line === lastLine || (countSettled(totals) < totals.rows && now() - printedAtMs < LINE_INTERVAL_MS)) return
      printedAtMs = now()
      lastLine = line
      stream.write(`${line}\n`)
    },
    note: (text) => void stream.write(`${escapeControls(text, true)}\n`),
    stop: () => undefined,
  }
}

interface CountProgress {
  /** `doing`: the word before the bar. */
  update(doing: string, done: number, all: number): void
  stop(): void
}

/** A bar on a terminal; nothing elsewhere. */
export function showCount(stream: NodeJS.WriteStream): CountProgress {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({ ...BAR, stream, format: '{doing} {bar} {value}/{total}  {duration_formatted}' })
  let started = false
  return {
    update(doing, done, all) {
      if (!started) bar.start(all, done, { doing })
      started = true
      bar.setTotal(all)
      bar.update(done, { doing })
    },
    stop: () => bar.stop(),
  }
}
