/** `cen-attach dlq show` */
import type { Command } from 'commander'
import { listLetters } from '../../lib/aws/letter-list.js'
import { letterFacts } from '../../lib/campaign/letter-facts.js'
import { letterText } from '../../lib/campaign/letter-table.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { selects } from '../../lib/letter-groups.js'
import {
  type DlqOptions,
  dlqCommand,
  INTERRUPTED,
  openDesk,
  plural,
  reading,
  sayElsewhere,
  selectionOf,
  TTL_MS,
  withLetterOptions,
} from '../wiring/dead-letters.js'
import { say, sayJson } from '../wiring/terminal.js'

export function addDlqShow(program: Command): void {
  withLetterOptions(dlqCommand(program).command('show [id...]'))
    .description('dead letters in full: reason, advice, attributes, body, and what a redrive would do')
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach dlq show 3f2a91bc\n  cen-attach dlq show --owner 1688000000000002 --json',
    )
    .action(show)
}

/** Ids are message ids, their first 8 characters, or request ids. */
async function show(ids: readonly string[], options: DlqOptions): Promise<void> {
  const desk = openDesk(process.env, options)
  const { value, stopped } = await reading(desk, (one) => listLetters(desk, one))
  const selection = selectionOf(options, ids)
  const letters = value.letters.filter((letter) => selects(selection, letter))
  const times = { nowMs: systemClock.now(), ttlMs: TTL_MS }
  if (stopped || (ids.length > 0 && letters.length === 0)) process.exitCode = 1
  if (options.json) {
    sayJson(letters.map((letter) => letterFacts(letter, times)))
    return
  }
  say(
    letters.map((letter) => letterText(letter, times)).join('\n\n') ||
      `none of ${plural(value.letters.length, 'dead letter')} is selected`,
  )
  sayElsewhere(desk, value.elsewhere)
  if (stopped) say(INTERRUPTED)
}
