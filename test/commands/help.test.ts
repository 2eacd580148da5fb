/** The help of every command, and of those below it. */
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'

const FOLDER = 'functions/commands'
const program = new Command('cen-attach')
for (const name of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.ts')) continue
  const exported: Record<string, unknown> = await import(resolve(FOLDER, name))
  for (const [key, add] of Object.entries(exported)) if (key.startsWith('add')) (add as (to: Command) => void)(program)
}

const helpOf = (command: Command): string => {
  const printed: string[] = []
  command.configureOutput({ writeOut: (text) => void printed.push(text) }).outputHelp()
  return printed.join('')
}
const leaves = ({ commands }: Command): Command[] =>
  commands.flatMap((command) => (command.commands.length > 0 ? leaves(command) : [command]))
const named = leaves(program).map((command): [string, Command] => [
  command.parent === program ? command.name() : `${command.parent?.name()} ${command.name()}`,
  command,
])

describe('the help of', () => {
  it('covers every command', () => {
    expect(named.map(([name]) => name)).toEqual(
      expect.arrayContaining(['local', 'worker', 'submit', 'doctor', 'init', 'dlq redrive', 'policy explain']),
    )
  })

  it.each(named)('%s has an example, and an explanation of each option', (_name, command) => {
    expect(helpOf(command)).toMatch(/Examples?:\n/)
    for (const { flags, description } of command.options) expect(description, flags).not.toBe('')
  })
})
