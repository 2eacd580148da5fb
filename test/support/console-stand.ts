/** A console over a record instead of a running campaign: its rows are told when the test says so. */
import type { CampaignRecord, RecordedRow } from '../../lib/campaign/campaign-record.js'
import { CONSOLE_STYLE } from '../../lib/campaign/console/style.js'
import type { RedriveWish } from '../../lib/campaign/console/wire.js'
import { type ConsoleServer, startConsoleServer } from '../../lib/console/console-server.js'

export interface ConsoleStand {
  readonly server: ConsoleServer
  readonly wishes: readonly RedriveWish[]
  /** These rows are now as the record has them. */
  tell(requestIds: readonly string[]): void
}

/** With `asAsked` all rows are pending until they are told. */
export async function startConsoleStand(
  record: CampaignRecord,
  script = '',
  asAsked = false,
  port = 0,
): Promise<ConsoleStand> {
  const wishes: RedriveWish[] = []
  const known = new Map(record.rows.map((row) => [row.requestId, row]))
  const shown = new Map(record.rows.map((row) => [row.requestId, asAsked ? pendingOf(row) : row]))
  const server = await startConsoleServer(
    {
      head: () => ({ title: 'wave-3', requestQueue: 'requests', startedAtMs: record.startedAtMs }),
      nowMs: () => record.finishedAtMs,
      rows: () => [...shown.values()],
      rowsOf: (ids) => [...ids].flatMap((id) => shown.get(id) ?? []),
      record: () => ({ ...record, rows: [...shown.values()] }),
      letters: async () => ({ letters: [], elsewhere: 0, readAtMs: 0, retentionMs: 0 }),
      async redrive(wish) {
        wishes.push(wish)
        return { sent: wish.messageIds.length, not: [] }
      },
    },
    { script, style: CONSOLE_STYLE },
    port,
  )
  return {
    server,
    wishes,
    tell(requestIds) {
      for (const id of requestIds) {
        const row = known.get(id)
        if (row) shown.set(id, row)
      }
      server.streams.changed(requestIds)
    },
  }
}

function pendingOf({ line, requestId, attachment, submittedAtMs }: RecordedRow): RecordedRow {
  return { line, requestId, attachment, ...(submittedAtMs !== undefined && { submittedAtMs }), timeline: [] }
}
