/** A console over a record instead of a running campaign: its rows are reported when the test says so. */
import type { CampaignRecord, RecordedRow } from '../../../lib/campaigns/record.js'
import type { ConsoleDeadLetters, RedriveCommand } from '../../../lib/console/protocol.js'
import { type ConsoleServer, startConsoleServer } from '../../../lib/console/server.js'
import { CONSOLE_STYLE } from '../../../lib/console/style.js'

export interface ConsoleFixture {
  readonly server: ConsoleServer
  readonly redrives: readonly RedriveCommand[]
  /** These rows are now as the record has them. */
  showRecorded(requestIds: readonly string[]): void
}

const NO_LETTERS = async (): Promise<ConsoleDeadLetters> => ({
  letters: [],
  elsewhere: 0,
  readAtMs: 0,
  retentionMs: 0,
})

/** With `asAsked` all rows are pending until they are reported. */
export async function startConsoleFixture(
  record: CampaignRecord,
  script = '',
  asAsked = false,
  port = 0,
  { title = 'wave-3', letters = NO_LETTERS }: { title?: string; letters?: () => Promise<ConsoleDeadLetters> } = {},
): Promise<ConsoleFixture> {
  const redrives: RedriveCommand[] = []
  const known = new Map(record.rows.map((row) => [row.requestId, row]))
  const shown = new Map(record.rows.map((row) => [row.requestId, asAsked ? pendingOf(row) : row]))
  const server = await startConsoleServer(
    {
      head: () => ({ title, requestQueue: 'requests', startedAtMs: record.startedAtMs }),
      nowMs: () => record.finishedAtMs,
      rows: () => [...shown.values()],
      rowsOf: (ids) => [...ids].flatMap((id) => shown.get(id) ?? []),
      record: () => ({ ...record, rows: [...shown.values()] }),
      letters,
      async redrive(command) {
        redrives.push(command)
        return { sent: command.messageIds.length, not: [] }
      },
    },
    { script, style: CONSOLE_STYLE },
    port,
  )
  return {
    server,
    redrives,
    showRecorded(requestIds) {
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
