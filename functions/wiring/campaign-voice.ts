/** How a campaign speaks while it runs: to a person by a bar and notes, to a machine by an event a line. */
import type { LedgerEntry } from '../../lib/campaign/ledger.js'
import type { Outcomes, RowOutcome } from '../../lib/campaign/outcomes.js'
import { withoutForeignText } from '../../lib/campaign/own-result.js'
import { showProgress } from '../../lib/campaign/progress.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { sayJson } from './terminal.js'

export interface Voice {
  /** Told of what is new in the ledger, and of nothing new as well, so that a bar goes on. */
  heard(entries: readonly LedgerEntry[], outcomes: Outcomes): void
  /** A line for a person, on standard error. */
  note?(text: string): void
  stop(): void
}

/** Several voices that are told the same. */
export const together = (...voices: readonly Voice[]): Voice => ({
  heard: (entries, outcomes) => {
    for (const voice of voices) voice.heard(entries, outcomes)
  },
  note: (text) => {
    for (const voice of voices) voice.note?.(text)
  },
  stop: () => {
    for (const voice of voices) voice.stop()
  },
})

/** A bar or lines on standard error, and each call that an owner must make, as soon as it is known. */
export function terminalVoice(): Voice {
  const progress = showProgress(process.stderr, systemClock.now)
  const calls = new Set<string>()
  return {
    heard(entries, outcomes) {
      for (const row of rowsOf(entries, outcomes)) {
        const { grant, where, childInstanceId } = row
        const call = grant?.command ?? grant?.sentence
        if (!grant || call === undefined || calls.has(call)) continue
        calls.add(call)
        progress.note(`${where}: ${childInstanceId} waits: ${grant.sentence}\n  ${grant.command ?? ''}`.trimEnd())
      }
      progress.update(outcomes.totals())
    },
    note: (text) => progress.note(text),
    stop: () => progress.stop(),
  }
}

/** `{"event":"sent"|"result"|"foreign", …}` lines on standard output. */
export function eventVoice(): Voice {
  return {
    heard(entries, outcomes) {
      for (const entry of entries) {
        if (entry.entry === 'sent') sayJson({ event: 'sent', atMs: entry.atMs, requestIds: entry.requestIds })
        if (entry.entry === 'result' && !outcomes.isOwn(entry.result))
          sayJson({ event: 'foreign', result: withoutForeignText(entry.result).data })
      }
      const rows = rowsOf(entries, outcomes)
      for (const row of rows) sayJson({ event: 'result', row, totals: outcomes.totals() })
    },
    note: (text) => console.error(text),
    stop: () => undefined,
  }
}

function rowsOf(entries: readonly LedgerEntry[], outcomes: Outcomes): RowOutcome[] {
  const ids = new Set(
    entries.flatMap((entry) =>
      entry.entry === 'result' && outcomes.isOwn(entry.result) ? [entry.result.data.requestId] : [],
    ),
  )
  return [...ids].flatMap((requestId) => outcomes.row(requestId) ?? [])
}
