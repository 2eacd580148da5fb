/** `cen-attach dlq list` */
import { type Command, InvalidArgumentError } from 'commander'
import { deadLetterFacts, groupFacts } from '../../../lib/dead-letters/facts.js'
import { FACET_NAMES, type FacetName, selects } from '../../../lib/dead-letters/groups.js'
import { DEFAULT_TTL_MS } from '../../../lib/domain/messages/request.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { deadLetterListText } from '../../dead-letters/list-text.js'
import {
  collectList,
  type DlqOptions,
  dlqCommand,
  selectionOf,
  withDeadLetterOptions,
} from '../../dead-letters/options.js'
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
  const { listDeadLetters } = await import('../../../lib/aws/dead-letters/dead-letter-queue.js')
  const { INTERRUPTED, openDeadLetterQueue, printUnseen, withProgress } = await import('../../dead-letters/reading.js')
  const deadLetterQueue = openDeadLetterQueue(process.env, options)
  const { value, stopped } = await withProgress(deadLetterQueue, (one) => listDeadLetters(deadLetterQueue, one))
  const selection = selectionOf(options)
  const letters = value.letters.filter((deadLetter) => selects(selection, deadLetter))
  const times = { nowMs: systemClock.now(), ttlMs: DEFAULT_TTL_MS }
  const groups = groupFacts(letters, options.by, times)
  if (stopped) process.exitCode = 1
  if (options.json) {
    const listed = letters.map((deadLetter) => {
      const { body: _body, attributes: _attributes, ...facts } = deadLetterFacts(deadLetter, times)
      return facts
    })
    const { elsewhere } = value
    printJson({
      queueUrl: deadLetterQueue.deadLetterQueueUrl,
      messages: letters.length,
      elsewhere,
      complete: !stopped && elsewhere === 0,
      by: options.by,
      groups,
      letters: listed,
    })
    return
  }
  print(deadLetterListText({ all: value, selected: letters, groups }, options, times.nowMs))
  printUnseen(deadLetterQueue, value.elsewhere)
  if (stopped) print(INTERRUPTED)
}
