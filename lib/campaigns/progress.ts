/** Progress while results come in: a bar with throughput and ETA on a terminal, plain lines elsewhere. */
import { SingleBar } from 'cli-progress'
import { escapeControls } from '../domain/foreign-text.js'
import { totalsLine } from './outcome-table.js'
import type { Totals } from './outcomes.js'
import { clockText, countSettled, createThroughputMeter } from './throughput.js'

export interface Progress {
  update(totals: Totals): void
  /** A line that stays, above the bar. */
  note(text: string): void
  stop(): void
}

const LINE_MS = 1_000
const FORMAT =
  '{bar} {value}/{total}  attached {attached}  failed {failed}  grant-required {grantRequired}  {perSecond}/s  {left}'

/** Writes to `stream`; a line at most each second where it is no terminal. */
export function showProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  if (!stream.isTTY) return plainLines(stream, now)
  const bar = new SingleBar({
    stream,
    format: FORMAT,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    barsize: 20,
    clearOnComplete: true,
  })
  const throughput = createThroughputMeter(now)
  let shown = false
  return {
    update(totals) {
      const settled = countSettled(totals)
      const { perSecond, leftMs } = throughput(settled, totals.rows)
      const shownTotals = {
        ...totals,
        perSecond: perSecond.toFixed(1),
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

function plainLines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let printedAtMs = 0
  let shownTotals = ''
  return {
    update(totals) {
      const line = totalsLine(totals)
      if (line === shownTotals || (countSettled(totals) < totals.rows && now() - printedAtMs < LINE_MS)) return
      printedAtMs = now()
      shownTotals = line
      stream.write(`${line}\n`)
    },
    note: (text) => void stream.write(`${escapeControls(text, true)}\n`),
    stop: () => undefined,
  }
}

export interface CountProgress {
  /** `doing` is what is being counted: a word before the bar. */
  update(doing: string, done: number, all: number): void
  stop(): void
}

export function showCount(stream: NodeJS.WriteStream): CountProgress {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    stream,
    format: '{doing} {bar} {value}/{total}  {duration_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    barsize: 20,
    clearOnComplete: true,
  })
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
