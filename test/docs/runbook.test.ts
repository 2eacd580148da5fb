/** The runbook: whoever is woken by an alarm finds its section, with commands that use what the stack gives. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../../lib/config/settings.js'
import { decide } from '../../lib/reconcile/decision/decide.js'
import type { Situation } from '../../lib/reconcile/decision/situation.js'
import { packaged } from '../support/packaged.js'
import { NOW_MS, situation } from '../support/reconcile-context.js'

const runbook = readFileSync('docs/runbook.md', 'utf8')
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

/** What the first block of the runbook exports, with a stack that has these outputs: the block is run, with a stand-in for `aws`. */
function exportedNames(outputs: readonly string[]): string[] {
  const [, block = ''] = /^```sh\n(.*?)^```$/ms.exec(runbook) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'runbook-'))
  writeFileSync(
    join(folder, 'aws'),
    `#!/bin/sh\n${outputs.map((key) => `printf '%s\\t%s\\n' ${key} 'a value'`).join('\n')}\n`,
  )
  chmodSync(join(folder, 'aws'), 0o755)
  const shell = `${block}\nenv`
  const options = { env: { PATH: `${folder}:${process.env.PATH}` }, encoding: 'utf8' } as const
  return [...execFileSync('bash', ['-c', shell], options).matchAll(/^(\w+)=a value$/gm)].map(([, name = '']) => name)
}

describe('the runbook', () => {
  it('has a section for every alarm of the stack, under the name that its description gives, and no other', async () => {
    const { Resources } = (await packaged()).template
    const named = Object.values(Resources).flatMap(({ Properties }) => {
      const [, anchor] = /docs\/runbook\.md#([a-z-]+)/.exec(Properties.AlarmDescription ?? '') ?? []
      return anchor ?? []
    })
    expect(named.length).toBeGreaterThan(5)
    expect([...sections.keys()].sort()).toEqual([...new Set(named)].sort())
  })

  it.each([...sections])(
    'has for %s what it means, where to look and how to mend it, with a command',
    (_name, section) => {
      for (const part of ['**Means**', '**Look**', '**Mend**']) expect(section).toContain(part)
      expect(section).toMatch(/```sh\n|`npx cen-attach |`aws /)
    },
  )

  it('uses names that its first block sets from the outputs of the stack', async () => {
    const exported = exportedNames(Object.keys((await packaged()).template.Outputs))
    const used = [...runbook.matchAll(/\$([A-Z][A-Z_]+)/g)].map(([, name = '']) => name)
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((name) => name !== 'STAGE' && !exported.includes(name))).toEqual([])
  })

  it.each<[string, Partial<Situation>]>([
    ['a limit', { setback: { from: 'limit', waitMs: 1, isSoon: false } }],
    ['an attach that is under way', { knowledge: { is: 'pending', write: 'attach' } }],
  ])('quotes the reason with which the worker waits for %s', (_what, part) => {
    const step = decide(situation(part), NOW_MS)
    expect(step.step).toBe('wait')
    expect(sections.get('concurrency-at-cap')).toContain(`Mostly \`${'why' in step && step.why}\``)
  })
})

describe('the page of observability', () => {
  it('leads to the settings of metrics and traces, which are all on their page', () => {
    expect(readFileSync('docs/observability.md', 'utf8')).toContain('](settings.md#logs-metrics-and-traces)')
    const page = readFileSync('docs/settings.md', 'utf8')
    const watching = SETTINGS.filter(({ name }) => /^(?:METRICS|OTEL)_/.test(name))
    expect(watching.length).toBeGreaterThan(4)
    for (const { name } of watching) expect(page).toContain(`| \`${name}\` |`)
  })
})
