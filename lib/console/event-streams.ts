/** Server-sent events: a snapshot for whoever comes, then what has changed, a few times a second. */
import type { ServerResponse } from 'node:http'
import type { RecordedRow } from '../campaign/campaign-record.js'
import type { Head, Telling } from '../campaign/console/wire.js'
import { HEADERS } from './answer.js'

export interface Told {
  head(): Head
  rows(): readonly RecordedRow[]
  rowsOf(requestIds: ReadonlySet<string>): readonly RecordedRow[]
  nowMs(): number
}

export interface EventStreams {
  open(response: ServerResponse): void
  changed(requestIds: readonly string[]): void
  close(): void
}

/** Changes are gathered for this long; what changes twice meanwhile is told once. */
const TELL_MS = 250
/** A connection that is dead is noticed by writing to it. */
const ALIVE_MS = 15_000

export function createEventStreams(told: Told): EventStreams {
  /** What each reader has not been told yet. A slow one is told less often, and never of more rows than there are. */
  const readers = new Map<ServerResponse, Set<string>>()
  const write = (reader: ServerResponse, event: Telling['event'], rows: readonly RecordedRow[]) => {
    const telling: Telling = { event, head: told.head(), nowMs: told.nowMs(), rows }
    reader.write(`data: ${JSON.stringify(telling)}\n\n`)
  }
  const tell = () => {
    for (const [reader, untold] of readers) {
      if (untold.size === 0 || reader.writableNeedDrain) continue
      readers.set(reader, new Set())
      write(reader, 'delta', told.rowsOf(untold))
    }
  }
  const ticking = setInterval(tell, TELL_MS)
  const living = setInterval(() => {
    for (const reader of readers.keys()) reader.write(': alive\n\n')
  }, ALIVE_MS)
  return {
    open(response) {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' })
      response.on('close', () => readers.delete(response))
      readers.set(response, new Set())
      write(response, 'snapshot', told.rows())
    },
    changed(requestIds) {
      for (const untold of readers.values()) for (const id of requestIds) untold.add(id)
    },
    close() {
      clearInterval(ticking)
      clearInterval(living)
      tell()
      for (const reader of readers.keys()) reader.end()
    },
  }
}
