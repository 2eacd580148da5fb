#!/usr/bin/env node
/** The door of the command line: `cen-attach …`. */
import { Command, CommanderError } from 'commander'
import { addCodes } from './commands/codes.js'
import { addCompletion } from './commands/completion.js'
import { addDlqList } from './commands/dlq-list.js'
import { addDlqRedrive } from './commands/dlq-redrive.js'
import { addDlqShow } from './commands/dlq-show.js'
import { addEmulator } from './commands/emulator.js'
import { addLocal } from './commands/local.js'
import { addPolicy } from './commands/policy.js'
import { addReconcile } from './commands/reconcile.js'
import { addReport } from './commands/report.js'
import { addSubmit } from './commands/submit.js'
import { addWatch } from './commands/watch.js'
import { addWorker } from './commands/worker.js'
import { sayJson, WrongUse } from './wiring/terminal.js'
import { VERSION } from './wiring/version.js'

// The SDK warns on standard error of Node 20's coming end; it is the operator's affair, and stays visible where asked for.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const WRONG_USE = 2

// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const program = new Command('cen-attach')
  .description(
    'Attaches VPCs, VBRs and CCNs to Alibaba Cloud CEN instances on request.\nExit codes: 0 success, 1 failures among the requests, 2 wrong use.',
  )
  .version(VERSION)
  .showHelpAfterError('(see --help)')
  .exitOverride()

const COMMANDS = [
  addLocal,
  addWorker,
  addSubmit,
  addWatch,
  addReconcile,
  addDlqList,
  addDlqShow,
  addDlqRedrive,
  addPolicy,
  addCodes,
  addEmulator,
  addCompletion,
  addReport,
]
for (const add of COMMANDS) add(program)
for (const command of program.commands) command.exitOverride().showHelpAfterError('(see --help)')

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  // Commander has already said what is wrong; help that was asked for is a success.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE
  if (error instanceof WrongUse) {
    if (process.argv.includes('--json')) sayJson({ faults: error.faults })
    for (const fault of error.faults) console.error(`cen-attach: ${fault}`)
    return WRONG_USE
  }
  console.error(`cen-attach: ${(error as Error).message}`)
  return 1
}
