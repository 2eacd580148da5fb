/** Server-sent events: a snapshot for each new reader, then the changed rows, up to four times a second. */
import type { ServerResponse } from 'node:http'
import type { RecordedRow } from '../campaigns/record.js'
import type { CampaignHead, StreamEvent } from './protocol.js'
import { HEADERS } from './respond.js'

export interface ConsoleSource {
  head(): CampaignHead
  rows(): readonly RecordedRow[]
  rowsOf(requestIds: ReadonlySet<string>): readonly RecordedRow[]
  nowMs(): number
}

export interface EventStreams {
  open(response: ServerResponse): void
  changed(requestIds: readonly string[]): void
  close(): void
}

/** Changes are batched for this long; a row that changes twice meanwhile is sent once. */
const SEND_INTERVAL_MS = 250
/** Writing to a dead connection detects it. */
const KEEP_ALIVE_MS = 15_000

export function createEventStreams(source: ConsoleSource): EventStreams {
  /** The request ids that each reader still has to get. A slow reader gets fewer events, and at most one row for each id. */
  const readers = new Map<ServerResponse, Set<string>>()
  const write = (reader: ServerResponse, event: StreamEvent['event'], rows: readonly RecordedRow[]) => {
    const streamEvent: StreamEvent = { event, head: source.head(), nowMs: source.nowMs(), rows }
    reader.write(`data: ${JSON.stringify(streamEvent)}\n\n`)
  }
  const sendChanges = () => {
    for (const [reader, unsentIds] of readers) {
      if (unsentIds.size === 0 || reader.writableNeedDrain) continue
      readers.set(reader, new Set())
      write(reader, 'delta', source.rowsOf(unsentIds))
    }
  }
  const sendTimer = setInterval(sendChanges, SEND_INTERVAL_MS)
  const keepAliveTimer = setInterval(() => {
    for (const reader of readers.keys()) reader.write(': alive\n\n')
  }, KEEP_ALIVE_MS)
  return {
    open(response) {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' })
      response.on('close', () => readers.delete(response))
      readers.set(response, new Set())
      write(response, 'snapshot', source.rows())
    },
    changed(requestIds) {
      for (const unsentIds of readers.values()) for (const id of requestIds) unsentIds.add(id)
    },
    close() {
      clearInterval(sendTimer)
      clearInterval(keepAliveTimer)
      sendChanges()
      for (const reader of readers.keys()) reader.end()
    },
  }
}
