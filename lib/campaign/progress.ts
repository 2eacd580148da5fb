/** Progress while results come in: a bar with throughput and ETA on a terminal, plain lines elsewhere. */
import { SingleBar } from 'cli-progress'
import { visible } from '../foreign-text.js'
import { totalsLine } from './outcome-table.js'
import type { Totals } from './outcomes.js'
import { clockTime, createPace, settledRows } from './pace.js'

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
  const pace = createPace(now)
  let shown = false
  return {
    update(totals) {
      const settled = settledRows(totals)
      const { perSecond, leftMs } = pace(settled, totals.rows)
      const said = {
        ...totals,
        perSecond: perSecond.toFixed(1),
        left: leftMs === undefined ? '' : `ETA ${clockTime(leftMs)}`,
      }
      if (!shown) bar.start(totals.rows, settled, said)
      shown = true
      bar.setTotal(totals.rows)
      bar.update(settled, said)
    },
    note: (text) => void stream.write(`\r\x1b[K${visible(text, true)}\n`),
    stop: () => bar.stop(),
  }
}

function plainLines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let saidAt = 0
  let said = ''
  return {
    update(totals) {
      const line = totalsLine(totals)
      if (line === said || (settledRows(totals) < totals.rows && now() - saidAt < LINE_MS)) return
      saidAt = now()
      said = line
      stream.write(`${line}\n`)
    },
    note: (text) => void stream.write(`${visible(text, true)}\n`),
    stop: () => undefined,
  }
}
