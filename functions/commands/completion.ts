/** `cen-attach completion` */
import { Argument, type Command, type Option } from 'commander'
import { COMPLETION_SCRIPTS, type CompletedCommand, type CompletedOption } from '../../lib/completion.js'
import { ALL_CODES } from '../../lib/error-codes.js'
import { say } from '../wiring/terminal.js'

type Shell = keyof typeof COMPLETION_SCRIPTS

const EXAMPLES = `
Examples:
  source <(cen-attach completion bash)                                       # in ~/.bashrc
  source <(cen-attach completion zsh)                                        # in ~/.zshrc, after compinit
  cen-attach completion fish > ~/.config/fish/completions/cen-attach.fish`

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(COMPLETION_SCRIPTS)))
    .description('print a script by which a shell completes commands, options, files and error codes')
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) =>
      say(COMPLETION_SCRIPTS[shell](program.name(), program.commands.map(toCompleted)).trimEnd()),
    )
}

function toCompleted(command: Command): CompletedCommand {
  const [argument] = command.registeredArguments
  const under = command.commands.map((one) => one.name())
  // A command that has commands offers the options of all of them.
  const options = new Map([command, ...command.commands].flatMap((one) => one.options.map((own) => [own.flags, own])))
  const words = command.name() === 'codes' ? ALL_CODES.map(({ code }) => code) : argument?.argChoices
  const help: CompletedOption = { name: '--help', description: 'display help for command', value: 'none' }
  return {
    name: command.name(),
    description: command.description(),
    options: [...[...options.values()].map(toOption), help],
    argument: under.length > 0 ? under : (words ?? (argument?.name().includes('file') ? 'file' : 'none')),
  }
}

const KINDS = [...new Set(ALL_CODES.map(({ kind }) => kind))]
/** What an option takes, where that is known. */
const VALUES: Readonly<Record<string, CompletedOption['value']>> = {
  '--code': ALL_CODES.map(({ code }) => code),
  '--kind': KINDS,
}

function toOption({ long, description, flags, required, optional, argChoices }: Option): CompletedOption {
  const name = long ?? flags
  const isPath = /<(?:file|folder)>/.test(flags)
  const guessed = isPath ? 'file' : required || optional ? 'word' : 'none'
  return { name, description, value: VALUES[name] ?? argChoices ?? guessed }
}
