/** `cen-attach dlq show` */
import type { Command } from 'commander'
import { count } from '../../../lib/campaigns/facts/format.js'
import { deadLetterFacts } from '../../../lib/dead-letters/facts.js'
import { selects } from '../../../lib/dead-letters/groups.js'
import { DEFAULT_TTL_MS } from '../../../lib/domain/messages/request.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { type DlqOptions, dlqCommand, selectionOf, withDeadLetterOptions } from '../../dead-letters/options.js'
import { deadLetterText } from '../../dead-letters/table.js'
import { print, printJson } from '../../terminal/print.js'

export function addDlqShow(program: Command): void {
  withDeadLetterOptions(dlqCommand(program).command('show [id...]'))
    .description('dead letters in full: reason, advice, attributes, body, and what a redrive would do')
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach dlq show 3f2a91bc\n  cen-attach dlq show --owner 1688000000000002 --json',
    )
    .action(show)
}

/** Ids are message ids, their first 8 characters, or request ids. */
async function show(ids: readonly string[], options: DlqOptions): Promise<void> {
  const { listDeadLetters } = await import('../../../lib/aws/dead-letters/dead-letter-queue.js')
  const { INTERRUPTED, openDeadLetterQueue, printUnseen, withProgress } = await import('../../dead-letters/reading.js')
  const deadLetterQueue = openDeadLetterQueue(process.env, options)
  const { value, stopped } = await withProgress(deadLetterQueue, (one) => listDeadLetters(deadLetterQueue, one))
  const selection = selectionOf(options, ids)
  const letters = value.letters.filter((deadLetter) => selects(selection, deadLetter))
  const times = { nowMs: systemClock.now(), ttlMs: DEFAULT_TTL_MS }
  if (stopped || (ids.length > 0 && letters.length === 0)) process.exitCode = 1
  if (options.json) {
    printJson(letters.map((deadLetter) => deadLetterFacts(deadLetter, times)))
    return
  }
  print(
    letters.map((deadLetter) => deadLetterText(deadLetter, times)).join('\n\n') ||
      `none of ${count(value.letters.length, 'dead letter')} is selected`,
  )
  printUnseen(deadLetterQueue, value.elsewhere)
  if (stopped) print(INTERRUPTED)
}
