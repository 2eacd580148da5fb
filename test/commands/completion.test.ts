import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { COMPLETION_SCRIPTS, type CompletionCommand } from '../../functions/commands/completion.js'

const commands: CompletionCommand[] = [
  {
    name: 'send',
    description: "sends a user's file: all of it",
    argument: 'none',
    options: [
      { name: '--rate', description: 'rows a second', value: 'word' },
      { name: '--check', description: 'only check', value: 'none' },
      { name: '--kind', description: 'of what kind', value: ['fast', 'slow'] },
    ],
  },
  { name: 'codes', description: 'codes', argument: ['Bid.NotFound', 'InternalError'], options: [] },
]

/** What bash offers after these words; the last one is being typed. */
function offered(...words: string[]): string[] {
  const script = `${COMPLETION_SCRIPTS.bash('my-tool', commands)}
COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _my_tool; printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-c', script, 'bash', 'my-tool', ...words], { encoding: 'utf8' })
  return out.trim().split('\n')
}

describe('completion', () => {
  it.each([
    ['commands', ['s'], ['send']],
    ['options of a command', ['send', '--'], ['--rate', '--check', '--kind']],
    ['words of an argument', ['codes', 'B'], ['Bid.NotFound']],
    ['values of an option', ['send', '--kind', 's'], ['slow']],
    ['nothing where nobody can guess', ['send', '--rate', ''], ['']],
  ])('offers %s', (_name, words, expected) => {
    expect(offered(...words)).toEqual(expected)
  })

  it.each(['zsh', 'fish'] as const)('of %s names every command, option and word, and quotes what it says', (shell) => {
    const script = COMPLETION_SCRIPTS[shell]('my-tool', commands)
    for (const word of ['send', 'codes', 'rate', 'check', 'slow', 'Bid.NotFound']) expect(script).toContain(word)
    expect(script.split("'").length % 2).toBe(1)
  })
})
