/** The transcripts of the README: each command is run, and its output compared. */
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Running, run, start } from '../../support/process.js'

interface Step {
  readonly command: string
  readonly printed: readonly string[]
}

const cwd = mkdtempSync(join(tmpdir(), 'cen-attach-readme-'))
symlinkSync(resolve('events'), join(cwd, 'events'))
const CLI = 'npx cen-attach '
/** Commands whose output depends on the progress of others are repeated. */
const REPEATED = /^(?:reconcile|dlq list|dlq show)\b/
const PATIENCE_MS = 20_000

const steps = [...readFileSync('README.md', 'utf8').matchAll(/^```\n(\$ [\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
  stepsOf(block),
)

function stepsOf(block: string): Step[] {
  return block.split(/^\$ /m).flatMap((text) => {
    const [command = '', ...printed] = text.trimEnd().split('\n')
    return command === '' ? [] : [{ command, printed }]
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

/** A line `…` matches any lines, `…` at the end of a line the rest of it. */
function pattern(printed: readonly string[]): RegExp {
  const lines = printed.map((line) => {
    if (line === '…') return '(?:.*\\n)*'
    const text = plain(line.replace(/…$/, '')).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return `${text}${line.endsWith('…') ? '.*' : ''}\\n`
  })
  return new RegExp(`^${lines.join('')}$`)
}
const asSaid = (out: string): string => `${out.replace('﻿', '').trimEnd().split('\n').map(plain).join('\n')}\n`

describe('the README', () => {
  let local: Running | undefined
  let env: Record<string, string> = {}
  afterAll(() => void local?.child.kill('SIGINT'))

  it('has transcripts', () => expect(steps.length).toBeGreaterThanOrEqual(15))

  it.each(steps)('shows what comes of: $command', async ({ command, printed }) => {
    const [, file] = /^cat (\S+)$/.exec(command) ?? []
    if (file !== undefined) {
      writeFileSync(join(cwd, file), `${printed.join('\n')}\n`)
      expect(printed.length).toBeGreaterThan(0)
      return
    }
    expect(command.startsWith(CLI)).toBe(true)
    const line = command.slice(CLI.length)
    if (line.startsWith('local ') && !line.includes('--submit')) {
      // The ports of the README may be taken here.
      local = start(line.replace(/--(queue|emulator)-port \d+/g, '--$1-port 0').split(' '), {}, '', cwd)
      await local.wrote('Ctrl-C')
      env = Object.fromEntries(
        [...local.out().matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
      )
      expect(asSaid(local.out())).toMatch(pattern(printed))
      return
    }
    const until = Date.now() + PATIENCE_MS
    let out = ''
    do out = asSaid((await run(line.split(' '), env, '', cwd)).out)
    while (REPEATED.test(line) && Date.now() < until && !pattern(printed).test(out))
    expect(out).toMatch(pattern(printed))
  })
})
