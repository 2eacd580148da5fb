/** The transcripts in the documentation, run as a reader would run them, compared with the output that the pages show. */
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Running, run, start } from '../../support/process.js'

interface Step {
  readonly page: string
  readonly command: string
  readonly shown: readonly string[]
}

const PAGES = ['docs/walkthrough.md', 'docs/commands.md']

const cwd = mkdtempSync(join(tmpdir(), 'cen-attach-transcripts-'))
symlinkSync(resolve('events'), join(cwd, 'events'))
const CLI = 'npx cen-attach '
/** Commands whose output depends on how far the worker is; they are run again, as a person would. */
const REPEATED = /^(?:reconcile|dlq list|dlq show)\b/
const REPEATED_FOR_MS = 20_000

const steps = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```\n(\$ [\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    stepsOf(page, block),
  ),
)

function stepsOf(page: string, block: string): Step[] {
  return block.split(/^\$ /m).flatMap((text) => {
    const [command = '', ...shown] = text.trimEnd().split('\n')
    return command === '' ? [] : [{ page, command, shown }]
  })
}

/** Without ports, ids, times and column widths, which differ from run to run. */
const plain = (line: string): string =>
  line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID')
    .replace(/\b[0-9a-f]{8}\b/g, 'ID')
    .replace(/\d+\.\d\b/g, 'N')
    .replace(/\d+ s\b/g, 'N s')
    .replace(/ +/g, ' ')
    .trim()

/** `…` alone stands for any lines, at the end of a line for the rest of it. */
function pattern(shown: readonly string[]): RegExp {
  const lines = shown.map((line) => {
    if (line === '…') return '(?:.*\\n)*'
    const text = plain(line.replace(/…$/, '')).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return `${text}${line.endsWith('…') ? '.*' : ''}\\n`
  })
  return new RegExp(`^${lines.join('')}$`)
}
const normalized = (out: string): string => `${out.replace('﻿', '').trimEnd().split('\n').map(plain).join('\n')}\n`

describe('the documentation', () => {
  let local: Running | undefined
  let env: Record<string, string> = {}
  afterAll(() => void local?.child.kill('SIGINT'))

  it('has transcripts on each of these pages', () => {
    expect(steps.length).toBeGreaterThanOrEqual(15)
    expect([...new Set(steps.map(({ page }) => page))]).toEqual(PAGES)
  })

  it.each(steps)('shows the output of: $command', async ({ command, shown }) => {
    const [, file] = /^cat (\S+)$/.exec(command) ?? []
    if (file !== undefined) {
      writeFileSync(join(cwd, file), `${shown.join('\n')}\n`)
      expect(shown.length).toBeGreaterThan(0)
      return
    }
    expect(command.startsWith(CLI)).toBe(true)
    const line = command.slice(CLI.length)
    if (line.startsWith('local ') && !line.includes('--submit')) {
      // The ports that the page names may be in use here.
      local = start(line.replace(/--(queue|emulator)-port \d+/g, '--$1-port 0').split(' '), {}, '', cwd)
      await local.wrote('Ctrl-C')
      env = Object.fromEntries(
        [...local.out().matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
      )
      expect(normalized(local.out())).toMatch(pattern(shown))
      return
    }
    const until = Date.now() + REPEATED_FOR_MS
    let out = ''
    do out = normalized((await run(line.split(' '), env, '', cwd)).out)
    while (REPEATED.test(line) && Date.now() < until && !pattern(shown).test(out))
    expect(out).toMatch(pattern(shown))
  })
})
