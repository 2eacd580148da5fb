/** `cen-attach dlq list` */
import { type Command, InvalidArgumentError } from 'commander'
import { listLetters } from '../../lib/aws/letter-list.js'
import { groupFacts, letterFacts } from '../../lib/campaign/letter-facts.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { FACET_NAMES, type FacetName, selects } from '../../lib/letter-groups.js'
import {
  type DlqOptions,
  dlqCommand,
  INTERRUPTED,
  openDesk,
  reading,
  sayElsewhere,
  selectionOf,
  several,
  TTL_MS,
  withLetterOptions,
} from '../wiring/dead-letters.js'
import { lettersText } from '../wiring/letters-told.js'
import { say, sayJson } from '../wiring/terminal.js'

type ListOptions = DlqOptions & { readonly by: readonly FacetName[]; readonly each?: boolean }

export function addDlqList(program: Command): void {
  withLetterOptions(dlqCommand(program).command('list'))
    .description('what is on the dead-letter queue: counts, ages, and what to do')
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
  const unknown = several(text).filter((name) => !FACET_NAMES.includes(name as FacetName))
  if (unknown.length > 0) throw new InvalidArgumentError(`${unknown.join(', ')}: must be of ${FACET_NAMES.join(', ')}.`)
  return several(text) as FacetName[]
}

async function list(options: ListOptions): Promise<void> {
  const desk = openDesk(process.env, options)
  const { value, stopped } = await reading(desk, (one) => listLetters(desk, one))
  const selection = selectionOf(options)
  const letters = value.letters.filter((letter) => selects(selection, letter))
  const times = { nowMs: systemClock.now(), ttlMs: TTL_MS }
  const groups = groupFacts(letters, options.by, times)
  if (stopped) process.exitCode = 1
  if (options.json) {
    const told = letters.map((letter) => {
      const { body: _body, attributes: _attributes, ...facts } = letterFacts(letter, times)
      return facts
    })
    const { elsewhere } = value
    sayJson({
      queueUrl: desk.deadLetterQueueUrl,
      messages: letters.length,
      elsewhere,
      complete: !stopped && elsewhere === 0,
      by: options.by,
      groups,
      letters: told,
    })
    return
  }
  say(lettersText({ all: value, chosen: letters, groups }, options, times.nowMs))
  sayElsewhere(desk, value.elsewhere)
  if (stopped) say(INTERRUPTED)
}
