/** The options that the `dlq` commands share. */
import type { Command } from 'commander'
import { FACET_NAMES, FACETS, type FacetName, type Selection } from '../../lib/dead-letters/groups.js'

export type DlqOptions = { readonly dlqUrl?: string; readonly json?: boolean } & {
  readonly [Facet in FacetName]?: readonly string[]
}

const PARENT = 'dlq'

/** The parent of `dlq list`, `show` and `redrive`; created by the first of them. */
export function dlqCommand(program: Command): Command {
  return (
    program.commands.find((command) => command.name() === PARENT) ??
    program
      .command(PARENT)
      .description('list, show and redrive dead letters')
      .addHelpText(
        'after',
        '\nExamples:\n  cen-attach dlq list\n  cen-attach dlq redrive --code RequestExpired --renew',
      )
  )
}

/** Adds an option for each facet, and those that every `dlq` command has. */
export function withDeadLetterOptions(command: Command): Command {
  command.option('--dlq-url <url>', 'the dead-letter queue; by default DEAD_LETTER_QUEUE_URL')
  for (const name of FACET_NAMES)
    command.option(`--${name} <${name}>`, `only this ${FACETS[name].meaning}`, collectList)
  return command
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nOptions that select may be given several times, or with several values and commas between.',
    )
}

/** Several values: the option given again. */
export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]

/** Several values: the option given again, or values with commas between. */
export const collectList = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(',').map((one) => one.trim()),
]

export function selectionOf(options: DlqOptions, ids: readonly string[] = []): Selection {
  const named = FACET_NAMES.flatMap((name) => (options[name] ? [[name, options[name]] as const] : []))
  return { facets: Object.fromEntries(named), ids }
}

export const isEmpty = ({ facets, ids }: Selection): boolean => ids.length + Object.keys(facets).length === 0
