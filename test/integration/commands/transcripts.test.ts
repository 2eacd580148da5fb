/** The transcripts in the documentation except the tour's, run as a reader would run them, compared with the output that the pages show. */
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../support/process.js'
import { missingLines } from '../../support/transcript.js'

interface Step {
  readonly page: string
  readonly command: string
  readonly shown: readonly string[]
}

const PAGES = ['docs/commands.md', 'docs/world-file.md']

const cwd = mkdtempSync(join(tmpdir(), 'cen-attach-transcripts-'))
symlinkSync(resolve('events'), join(cwd, 'events'))
const CLI = 'npx cen-attach '

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

describe('the documentation', () => {
  it('has transcripts on each of these pages', () => {
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
    const { out } = await run(command.slice(CLI.length).split(' '), {}, '', cwd)
    expect(missingLines(shown, out), out).toEqual([])
  })
})
