/** `cen-attach codes` */
import type { Command } from 'commander'
import { ALL_CODES, KIND_MEANINGS } from '../../lib/domain/error-codes.js'
import { meaningOf } from '../../lib/domain/failure.js'
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
      else for (const row of ALL_CODES) print(`${row.code.padEnd(54)} ${row.kind.padEnd(17)} ${row.advice}`)
    })
}

function printCode(code: string, json: boolean | undefined): void {
  const { kind, advice, row } = meaningOf(code)
  const rule = ruleOf(code, kind)
  const facts = {
    code: row?.code ?? code,
    kind,
    meaning: KIND_MEANINGS[kind],
    advice,
    does: rule.action,
    why: rule.why,
    message: row?.message ?? '',
  }
  if (json) {
    printJson(facts)
    return
  }
  print(
    `${facts.code}\n  kind     ${kind}: ${facts.meaning}\n  advice   ${advice}\n  worker   ${rule.action}: ${rule.why}`,
  )
  if (facts.message) print(`  message  ${facts.message}`)
}
