/** `cen-attach dlq show` */
import type { Command } from 'commander'
import { count } from '../../../lib/campaigns/facts/format.js'
import { deadLetterFacts } from '../../../lib/dead-letters/facts.js'
import { type DlqOptions, dlqCommand, withDeadLetterOptions } from '../../dead-letters/options.js'
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
  const { printUnseen, readDeadLetters } = await import('../../dead-letters/reading.js')
  const { deadLetterQueue, all, selected, stopped, times } = await readDeadLetters(process.env, options, ids)
  if (stopped || (ids.length > 0 && selected.length === 0)) process.exitCode = 1
  if (options.json) {
    printJson(selected.map((deadLetter) => deadLetterFacts(deadLetter, times)))
    return
  }
  print(
    selected.map((deadLetter) => deadLetterText(deadLetter, times)).join('\n\n') ||
      `none of ${count(all.letters.length, 'dead letter')} is selected`,
  )
  printUnseen(deadLetterQueue, all.elsewhere, stopped)
}
