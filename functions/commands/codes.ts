/** `cen-attach codes` */
import type { Command } from 'commander'
import { ALL_CODES, KIND_MEANINGS } from '../../lib/error-codes.js'
import { meaningOf } from '../../lib/failure.js'
import { ruleOf } from '../../lib/retry-policy.js'
import { say, sayJson } from '../wiring/terminal.js'

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
      if (code !== undefined) sayCode(code, json)
      else if (json) sayJson(ALL_CODES)
      else for (const row of ALL_CODES) say(`${row.code.padEnd(54)} ${row.kind.padEnd(17)} ${row.advice}`)
    })
}

function sayCode(code: string, json: boolean | undefined): void {
  const { kind, advice, row } = meaningOf(code)
  const rule = ruleOf(code, kind)
  const said = {
    code: row?.code ?? code,
    kind,
    meaning: KIND_MEANINGS[kind],
    advice,
    does: rule.action,
    why: rule.why,
    message: row?.message ?? '',
  }
  if (json) {
    sayJson(said)
    return
  }
  say(`${said.code}\n  kind     ${kind}: ${said.meaning}\n  advice   ${advice}\n  worker   ${rule.action}: ${rule.why}`)
  if (said.message) say(`  message  ${said.message}`)
}
