#!/usr/bin/env node
/** Entry point of the command line: `cen-attach …`. */
import { Command, CommanderError } from 'commander'
import { printJson, readVersion, UsageError, warn } from './terminal/print.js'

// The SDK warns on standard error that Node 20 support ends; an operator can turn the warning on again.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const USAGE_ERROR = 2

// A reader that closes the pipe, such as head, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const program = new Command('cen-attach')
  .description(
    'Attaches VPCs, VBRs and CCNs to Alibaba Cloud CEN instances on request.\nExit codes: 0 success, 1 failures among the requests, 2 wrong use.',
  )
  .version(readVersion())
  .showHelpAfterError('(see --help)')
  .exitOverride()

/** In the order of the help. A command loads only its own modules. */
const COMMANDS: Readonly<Record<string, () => Promise<readonly ((program: Command) => void)[]>>> = {
  local: async () => [(await import('./commands/local.js')).addLocal],
  worker: async () => [(await import('./commands/worker.js')).addWorker],
  doctor: async () => [(await import('./commands/doctor.js')).addDoctor],
  submit: async () => [(await import('./commands/submit.js')).addSubmit],
  watch: async () => [(await import('./commands/watch.js')).addWatch],
  console: async () => [(await import('./commands/console.js')).addConsole],
  report: async () => [(await import('./commands/report.js')).addReport],
  reconcile: async () => [(await import('./commands/reconcile.js')).addReconcile],
  dlq: async () => [
    (await import('./commands/dlq/list.js')).addDlqList,
    (await import('./commands/dlq/show.js')).addDlqShow,
    (await import('./commands/dlq/redrive.js')).addDlqRedrive,
  ],
  policy: async () => [(await import('./commands/policy.js')).addPolicy],
  init: async () => [(await import('./commands/init.js')).addInit],
  codes: async () => [(await import('./commands/codes.js')).addCodes],
  emulator: async () => [(await import('./commands/emulator.js')).addEmulator],
  completion: async () => [(await import('./commands/completion.js')).addCompletion],
}
const NEEDS_ALL_COMMANDS = 'completion'
const [, , named = ''] = process.argv
const wanted =
  Object.hasOwn(COMMANDS, named) && named !== NEEDS_ALL_COMMANDS ? [COMMANDS[named]] : Object.values(COMMANDS)
for (const load of wanted) for (const add of (await load?.()) ?? []) add(program)
for (const command of program.commands) command.exitOverride().showHelpAfterError('(see --help)')

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  // Commander has printed the error already; requested help is a success.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR
  if (error instanceof UsageError) {
    if (process.argv.includes('--json')) printJson({ faults: error.faults })
    for (const fault of error.faults) warn(`cen-attach: ${fault}`)
    return USAGE_ERROR
  }
  warn(`cen-attach: ${(error as Error).message}`)
  return 1
}
