/** `cen-attach codes` */
import type { Command } from 'commander'
import { ALL_CODES, API_CODES, KIND_MEANINGS } from '../../lib/domain/error-codes.js'
import { meaningOf, normalCode } from '../../lib/domain/failure.js'
import { ruleOf } from '../../lib/reconcile/retry-policy.js'
import { print, printJson } from '../terminal/print.js'

interface CodesOptions {
  readonly json?: boolean
}

export function addCodes(program: Command): void {
  program
    .command('codes [code]')
    .description('what an error code means and what to do')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  cen-attach codes\n  cen-attach codes Forbbiden.AttachChildInstanceAcrossUid')
    .action((code: string | undefined, { json }: CodesOptions) => {
      if (code !== undefined) printCode(code, json)
      else if (json) printJson(ALL_CODES)
      else printAll()
    })
}

/** All codes, by the API action that returns them. */
function printAll(): void {
  let group = ''
  for (const { actions, code, kind, advice } of ALL_CODES) {
    const title = nameOf(actions)
    if (title !== group) print(`${group === '' ? '' : '\n'}${title}`)
    group = title
    print(`  ${code.padEnd(54)} ${kind.padEnd(17)} ${advice}`)
  }
}

const nameOf = (actions: readonly string[] | 'any'): string => (actions === 'any' ? 'any action' : actions.join(', '))

function printCode(code: string, json: boolean | undefined): void {
  const facts = factsOf(code)
  const others = actionsWithOwnMeaning(code).map((action) => ({ action, ...factsOf(code, action) }))
  if (json) {
    printJson({ ...facts, ...(others.length > 0 && { byAction: others }) })
    return
  }
  print(facts.code)
  printFacts(facts)
  for (const { action, ...own } of others) {
    print(`as an answer of ${action}`)
    printFacts(own)
  }
}

function factsOf(code: string, action?: string) {
  const { kind, advice, row } = meaningOf(code, undefined, action)
  const { action: does, why } = ruleOf(code, kind)
  return { code: row?.code ?? code, kind, meaning: KIND_MEANINGS[kind], advice, does, why, message: row?.message ?? '' }
}

/** Actions for which the code means something else than in general. */
const actionsWithOwnMeaning = (code: string): string[] =>
  API_CODES.flatMap(({ actions, rows }) =>
    actions !== 'any' && rows.some((row) => normalCode(row.code) === normalCode(code)) ? actions : [],
  ).filter((action) => meaningOf(code, undefined, action).advice !== meaningOf(code).advice)

function printFacts({ kind, meaning, advice, does, why, message }: ReturnType<typeof factsOf>): void {
  print(`  kind     ${kind}: ${meaning}\n  advice   ${advice}\n  worker   ${does}: ${why}`)
  if (message) print(`  message  ${message}`)
}
