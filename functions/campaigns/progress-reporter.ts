/** Reports the progress of a campaign: to a person as a bar with notes, to a program as JSON events. */
import type { Outcomes, RowOutcome } from '../../lib/campaigns/outcomes.js'
import { withoutForeignText } from '../../lib/campaigns/own-result.js'
import { showProgress } from '../../lib/campaigns/progress.js'
import type { LedgerEntry } from '../../lib/campaigns/store/ledger.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { printJson, warn } from '../terminal/print.js'

export interface ProgressReporter {
  /** Called with the new entries of the ledger, also if there are none, so that a bar advances. */
  report(entries: readonly LedgerEntry[], outcomes: Outcomes): void
  /** A line for a person, on standard error. */
  note?(text: string): void
  stop(): void
}

/** One reporter that calls several. */
export const combineReporters = (...reporters: readonly ProgressReporter[]): ProgressReporter => ({
  report: (entries, outcomes) => {
    for (const reporter of reporters) reporter.report(entries, outcomes)
  },
  note: (text) => {
    for (const reporter of reporters) reporter.note?.(text)
  },
  stop: () => {
    for (const reporter of reporters) reporter.stop()
  },
})

/** A bar or lines on standard error, with each missing grant as soon as it is known. */
export function createTerminalReporter(): ProgressReporter {
  const progress = showProgress(process.stderr, systemClock.now)
  const calls = new Set<string>()
  return {
    report(entries, outcomes) {
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
export function createEventReporter(): ProgressReporter {
  return {
    report(entries, outcomes) {
      for (const entry of entries) {
        if (entry.entry === 'sent') printJson({ event: 'sent', atMs: entry.atMs, requestIds: entry.requestIds })
        if (entry.entry === 'result' && !outcomes.isOwn(entry.result))
          printJson({ event: 'foreign', result: withoutForeignText(entry.result).data })
      }
      const rows = rowsOf(entries, outcomes)
      for (const row of rows) printJson({ event: 'result', row, totals: outcomes.totals() })
    },
    note: warn,
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
