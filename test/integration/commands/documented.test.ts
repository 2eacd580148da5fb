/** Every command line in the documentation, compared with the help of the command: it exists and has the options. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../support/process.js'

const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

interface Usage {
  readonly command: string
  readonly options: readonly string[]
  readonly line: string
}

/** Command lines stand in blocks, or in code marks; what a pipe or a comment adds is not the command's. */
const LINE = /(?:npx cen-attach |^(?:\$ )?cen-attach )([^`|;#\n]+)/gm

function usagesOf(page: string): Usage[] {
  return [...readFileSync(page, 'utf8').replaceAll('\\\n', ' ').matchAll(LINE)].flatMap(([, line = '']) => {
    const [command = '', sub = ''] = line.trim().split(/\s+/)
    // A placeholder, as in `npx cen-attach …`.
    if (!/^[a-z]+$/.test(command)) return []
    const name = ['dlq', 'policy'].includes(command) && /^[a-z]+$/.test(sub) ? `${command} ${sub}` : command
    return [{ command: name, options: line.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [], line: `${page}: ${line.trim()}` }]
  })
}

const usages = PAGES.flatMap(usagesOf)
const commands = [...new Set(usages.map(({ command }) => command))].sort()

describe('a documented command', () => {
  it('is found on many pages', () => {
    expect(commands.length).toBeGreaterThan(10)
    expect(usages.length).toBeGreaterThan(50)
  })

  it.each(commands)('%s exists, and has the options that are shown', async (command) => {
    const { code, out } = await run([...command.split(' '), '--help'])
    expect(code, command).toBe(0)
    expect(out).toContain(`Usage: cen-attach ${command}`)
    const options = new Set(out.match(/(?<=\s)--[a-z][a-z-]*/g))
    const wrong = usages.filter((usage) => usage.command === command && usage.options.some((one) => !options.has(one)))
    expect(wrong.map(({ line }) => line)).toEqual([])
  })
})
