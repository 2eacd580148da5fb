/** `cen-attach codes` */
import { type Command, Option } from 'commander'
import { ACTIONS, type RequestAction } from '../../lib/domain/attachment.js'
import {
  ALL_CODES,
  API_CODES,
  adviceOf,
  type CodeOfActions,
  isMetBy,
  KIND_MEANINGS,
} from '../../lib/domain/error-codes.js'
import { meaningOf, normalCode } from '../../lib/domain/failure.js'
import { ruleOf } from '../../lib/reconcile/decision/retry-policy.js'
import { print, printJson } from '../terminal/print.js'

interface CodesOptions {
  readonly json?: boolean
  readonly action?: RequestAction
}

export function addCodes(program: Command): void {
  program
    .command('codes [code]')
    .description('what an error code means and what to do')
    .addOption(new Option('--action <action>', 'only what a request with this action can meet').choices(ACTIONS))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  cen-attach codes\n  cen-attach codes --action detach\n  cen-attach codes Forbbiden.AttachChildInstanceAcrossUid',
    )
    .action((code: string | undefined, { json, action }: CodesOptions) => {
      if (code !== undefined) {
        printCode(code, json, action)
        return
      }
      const rows = ALL_CODES.filter((row) => action === undefined || isMetBy(action, row))
      if (json) printJson(rows.map((row) => ({ ...row, advice: adviceOf(row) })))
      else printAll(rows)
    })
}

/** All codes, by the API action that returns them. */
function printAll(rows: readonly CodeOfActions[]): void {
  let group = ''
  for (const row of rows) {
    const { actions, code, kind } = row
    const title = nameOf(actions)
    if (title !== group) print(`${group === '' ? '' : '\n'}${title}`)
    group = title
    print(`  ${code.padEnd(54)} ${kind.padEnd(17)} ${adviceOf(row)}`)
  }
}

const nameOf = (actions: readonly string[] | 'any'): string => (actions === 'any' ? 'any action' : actions.join(', '))

function printCode(code: string, json: boolean | undefined, during: RequestAction | undefined): void {
  const facts = factsOf(code)
  const others = actionsWithOwnMeaning(code, during).map((action) => ({ action, ...factsOf(code, action) }))
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
const actionsWithOwnMeaning = (code: string, request: RequestAction | undefined): string[] =>
  API_CODES.filter((entry) => request === undefined || isMetBy(request, entry))
    .flatMap(({ actions, rows }) =>
      actions !== 'any' && rows.some((row) => normalCode(row.code) === normalCode(code)) ? actions : [],
    )
    .filter((action) => meaningOf(code, undefined, action).advice !== meaningOf(code).advice)

function printFacts({ kind, meaning, advice, does, why, message }: ReturnType<typeof factsOf>): void {
  print(`  kind     ${kind}: ${meaning}\n  advice   ${advice}\n  worker   ${does}: ${why}`)
  if (message) print(`  message  ${message}`)
}
