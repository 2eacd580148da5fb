/** Progress while results come in: a bar on a terminal, plain lines elsewhere. */
import { SingleBar } from 'cli-progress'
import { totalsLine } from './outcome-table.js'
import type { Totals } from './outcomes.js'

export interface Progress {
  update(totals: Totals): void
  stop(): void
}

const LINE_MS = 1_000

/** Writes to `stream`; a line at most each second where it is no terminal. */
export function showProgress(stream: NodeJS.WriteStream, rows: number, now: () => number): Progress {
  if (!stream.isTTY) return plainLines(stream, now)
  const format =
    '{bar} {value}/{total}  attached {attached}  failed {failed}  grant-required {grantRequired}  {duration_formatted}'
  const bar = new SingleBar({
    stream,
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    barsize: 20,
    clearOnComplete: true,
  })
  bar.start(rows, 0, { attached: 0, failed: 0, grantRequired: 0 })
  return {
    update: (totals) => bar.update(totals.rows - totals.pending, { ...totals }),
    stop: () => bar.stop(),
  }
}

function plainLines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let saidAt = 0
  return {
    update(totals) {
      if (totals.pending > 0 && now() - saidAt < LINE_MS) return
      saidAt = now()
      stream.write(`${totalsLine(totals)}\n`)
    },
    stop: () => undefined,
  }
}
