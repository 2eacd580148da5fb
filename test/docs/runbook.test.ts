/** The runbook: whoever is woken by an alarm finds its section, and commands that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../../lib/config/settings.js'

const runbook = readFileSync('docs/runbook.md', 'utf8')
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)
const template = [
  'serverless.yml',
  ...(existsSync('deploy') ? readdirSync('deploy').map((name) => `deploy/${name}`) : []),
]
  .filter((name) => name.endsWith('.yml'))
  .map((name) => readFileSync(name, 'utf8'))
  .join('\n')

describe('the runbook', () => {
  it.each([...template.matchAll(/docs\/runbook\.md#([a-z-]+)/g)].map(([, anchor = '']) => anchor))(
    'has a section for the alarm that names %s',
    (anchor) => {
      expect([...sections.keys()]).toContain(anchor)
    },
  )

  it.each([...sections])(
    'says of %s what it means, where to look and how to mend it, with a command',
    (_name, section) => {
      for (const part of ['**Means**', '**Look**', '**Mend**']) expect(section).toContain(part)
      expect(section).toMatch(/```sh\n|`npx cen-attach |`aws /)
    },
  )

  it('names commands of cen-attach that there are', () => {
    const cli = readFileSync('functions/cli.ts', 'utf8')
    const named = [...runbook.matchAll(/npx cen-attach ([a-z]+)/g)].map(([, command = '']) => command)
    expect(named.length).toBeGreaterThan(5)
    for (const command of named) expect(cli).toContain(`  ${command}: async () => [`)
  })

  it('uses names that the stack gives, or that it sets itself', () => {
    const outputs = [...readFileSync('deploy/outputs.yml', 'utf8').matchAll(/^ {2}([A-Za-z]+):$/gm)].map(
      ([, key = '']) => key.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase(),
    )
    const used = [...runbook.matchAll(/\$([A-Z][A-Z_]+)/g)].map(([, name = '']) => name)
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((name) => name !== 'STAGE' && !outputs.includes(name))).toEqual([])
  })

  it('links to sections that are there', () => {
    for (const page of ['docs/runbook.md', 'docs/observability.md']) {
      const text = readFileSync(page, 'utf8')
      for (const [, file = '', anchor] of text.matchAll(/\]\(([\w./-]+)?(?:#([a-z-]+))?\)/g)) {
        const target = file === '' ? page : `docs/${file}`.replace(/^docs\/\.\.\//, '')
        expect(existsSync(target), `${page}: ${target}`).toBe(true)
        if (anchor && target === 'docs/runbook.md') expect([...sections.keys()]).toContain(anchor)
      }
    }
  })

  it('and the page of settings know the same names', () => {
    const page = readFileSync('docs/observability.md', 'utf8')
    const watching = SETTINGS.filter(({ name }) => /^(?:METRICS|OTEL)_/.test(name))
    expect(watching.length).toBeGreaterThan(4)
    for (const { name } of watching) expect(page).toContain(`| \`${name}\` |`)
  })
})
