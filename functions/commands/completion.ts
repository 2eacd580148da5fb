/** `cen-attach completion` */
import { Argument, type Command, type Option } from 'commander'
import { ALL_CODES } from '../../lib/domain/error-codes.js'
import { print } from '../terminal/print.js'

interface CompletionOption {
  /** `--name`. */
  readonly name: string
  readonly description: string
  /** Its value: none, a file, any word, or one of these. */
  readonly value: 'none' | 'file' | 'word' | readonly string[]
}

export interface CompletionCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly CompletionOption[]
  /** The words that its argument may be; `file` completes paths. */
  readonly argument: 'none' | 'file' | readonly string[]
}

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
    .description('print a shell script that completes commands, options, files and error codes')
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) =>
      print(COMPLETION_SCRIPTS[shell](program.name(), program.commands.map(toCompletionCommand)).trimEnd()),
    )
}

function toCompletionCommand(command: Command): CompletionCommand {
  const [argument] = command.registeredArguments
  const subcommands = command.commands.map((one) => one.name())
  // A command with subcommands completes the options of all of them.
  const options = new Map([command, ...command.commands].flatMap((one) => one.options.map((own) => [own.flags, own])))
  const words = command.name() === 'codes' ? CODES : argument?.argChoices
  const help: CompletionOption = { name: '--help', description: 'display help for command', value: 'none' }
  return {
    name: command.name(),
    description: command.description(),
    options: [...[...options.values()].map(toOption), help],
    argument: subcommands.length > 0 ? subcommands : (words ?? (argument?.name().includes('file') ? 'file' : 'none')),
  }
}

/** Each once: a code may have a row for several actions. */
const CODES = [...new Set(ALL_CODES.map(({ code }) => code))]
const KINDS = [...new Set(ALL_CODES.map(({ kind }) => kind))]
/** The known values of an option. */
const VALUES: Readonly<Record<string, CompletionOption['value']>> = {
  '--code': CODES,
  '--kind': KINDS,
}

function toOption({ long, description, flags, required, optional, argChoices }: Option): CompletionOption {
  const name = long ?? flags
  const isPath = /<(?:file|folder)>/.test(flags)
  const guessed = isPath ? 'file' : required || optional ? 'word' : 'none'
  return { name, description, value: VALUES[name] ?? argChoices ?? guessed }
}

type Script = (program: string, commands: readonly CompletionCommand[]) => string

/** Safe between single quotes in all three shells; a colon would end a description of zsh. */
const quoted = (text: string): string =>
  `'${text
    .replace(/'/g, '’')
    .replace(/[\\`$]/g, '')
    .replace(/:/g, ' -')}'`
const names = (options: readonly CompletionOption[]) => options.map(({ name }) => name).join(' ')

const bash: Script = (program, commands) => {
  const cases = commands.map(({ name, options, argument }) => {
    const files = options.filter(({ value }) => value === 'file').map((option) => option.name)
    const words = options.filter(({ value }) => value === 'word').map((option) => option.name)
    const optionsWithChoices = options.flatMap(({ name, value }) =>
      typeof value === 'string' ? [] : [{ name, value }],
    )
    const argumentWords =
      argument === 'file'
        ? `COMPREPLY=($(compgen -f -- "$cur"))`
        : `words='${argument === 'none' ? '' : argument.join(' ')}'`
    const after = [
      ...(files.length > 0 ? [`      ${files.join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`] : []),
      ...optionsWithChoices.map(
        ({ name, value }) => `      ${name}) COMPREPLY=($(compgen -W "${value.join(' ')}" -- "$cur")); return ;;`,
      ),
      ...(words.length > 0 ? [`      ${words.join('|')}) return ;;`] : []),
    ]
    const follow = after.length > 0 ? `    case "$prev" in\n${after.join('\n')}\n    esac\n` : ''
    return `  ${name})\n${follow}    if [[ $cur == -* ]]; then words='${names(options)}'; else ${argumentWords}; fi ;;`
  })
  return `_${functionName(program)}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then words='${commands.map(({ name }) => name).join(' ')} --help --version'
  else case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac; fi
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o filenames -F _${functionName(program)} ${program}
`
}

const zsh: Script = (program, commands) => {
  const cases = commands.map(({ name, options, argument }) => {
    const specs = options.map(({ name: option, description, value }) => {
      const action =
        typeof value === 'string'
          ? { none: '', file: ':file:_files', word: ':value: ' }[value]
          : `:value:(${value.join(' ')})`
      return `      ${quoted(`${option}[${description.replace(/[[\]]/g, '')}]`).replace(/'$/, '')}${action}'`
    })
    const last =
      argument === 'file'
        ? ["      '*:file:_files'"]
        : argument === 'none'
          ? []
          : [`      '*:word:(${argument.join(' ')})'`]
    return `    ${name}) _arguments \\\n${[...specs, ...last].join(' \\\n')} ;;`
  })
  const described = commands.map(({ name, description }) => `    ${quoted(description).replace("'", `'${name}:`)}`)
  return `#compdef ${program}
_${functionName(program)}() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  shift words; (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _${functionName(program)} ${program}
`
}

const fish: Script = (program, commands) => {
  const lines = commands.flatMap(({ name, description, options, argument }) => {
    const on = `complete -c ${program} -n '__fish_seen_subcommand_from ${name}'`
    const follows = (value: CompletionOption['value']) =>
      typeof value === 'string' ? { none: '', file: ' -r -F', word: ' -x' }[value] : ` -x -a '${value.join(' ')}'`
    return [
      `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...options.map(
        (option) => `${on} -l ${option.name.slice(2)}${follows(option.value)} -d ${quoted(option.description)}`,
      ),
      ...(argument === 'file' ? [] : [`${on} -f${argument === 'none' ? '' : ` -a '${argument.join(' ')}'`}`]),
    ]
  })
  return `${lines.join('\n')}\n`
}

const functionName = (program: string): string => program.replace(/\W/g, '_')

/** The completion script of each shell. */
export const COMPLETION_SCRIPTS: Readonly<Record<'bash' | 'zsh' | 'fish', Script>> = { bash, zsh, fish }
