/** `cen-attach dlq list` */
import { type Command, InvalidArgumentError } from 'commander'
import { groupFacts, listedFacts } from '../../../lib/dead-letters/facts.js'
import { FACET_NAMES, type FacetName } from '../../../lib/dead-letters/groups.js'
import { deadLetterListText } from '../../dead-letters/list-text.js'
import { collectList, type DlqOptions, dlqCommand, withDeadLetterOptions } from '../../dead-letters/options.js'
import { print, printJson } from '../../terminal/print.js'

type ListOptions = DlqOptions & { readonly by: readonly FacetName[]; readonly each?: boolean }

export function addDlqList(program: Command): void {
  withDeadLetterOptions(dlqCommand(program).command('list'))
    .description('list dead letters: counts, ages, and what to do')
    .option('--by <facets>', `group by ${FACET_NAMES.join(', ')}, or by several with commas between`, readFacets, [
      'code',
    ])
    .option('--each', 'a line for each message instead of groups')
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach dlq list\n  cen-attach dlq list --by owner,code --campaign wave-3\n  cen-attach dlq list --each --code RequestInvalid',
    )
    .action(list)
}

function readFacets(text: string): FacetName[] {
  const unknown = collectList(text).filter((name) => !FACET_NAMES.includes(name as FacetName))
  if (unknown.length > 0) throw new InvalidArgumentError(`${unknown.join(', ')}: must be of ${FACET_NAMES.join(', ')}.`)
  return collectList(text) as FacetName[]
}

async function list(options: ListOptions): Promise<void> {
  const { printUnseen, readDeadLetters } = await import('../../dead-letters/reading.js')
  const { deadLetterQueue, all, selected, stopped, times } = await readDeadLetters(process.env, options)
  const { elsewhere } = all
  const groups = groupFacts(selected, options.by, times)
  if (stopped) process.exitCode = 1
  if (options.json) {
    printJson({
      queueUrl: deadLetterQueue.deadLetterQueueUrl,
      messages: selected.length,
      elsewhere,
      complete: !stopped && elsewhere === 0,
      by: options.by,
      groups,
      letters: selected.map((deadLetter) => listedFacts(deadLetter, times)),
    })
    return
  }
  print(deadLetterListText({ all, selected, groups }, options, times.nowMs))
  printUnseen(deadLetterQueue, elsewhere, stopped)
}
