/** What must change together: versions, changelog, Node.js versions, workflows, templates. */
import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readDockerfile } from './support/container/dockerfile.js'

interface VersionFiles {
  readonly manifest: { readonly version: string }
  readonly lock: { readonly version: string; readonly packages: Readonly<Record<string, { readonly version: string }>> }
  readonly changelog: string
}
interface Packed {
  readonly files: readonly { readonly path: string }[]
  readonly size: number
}
const { versionFaults, contentFaults } = (await import(pathToFileURL('.ci/release.mjs').href)) as {
  versionFaults(tag: string, files: VersionFiles): string[]
  contentFaults(packed: Packed): string[]
}

const text = (path: string) => readFileSync(path, 'utf8')
const json = (path: string) => JSON.parse(text(path))
const manifest = json('package.json')
const { version } = manifest

describe('the version', () => {
  it('is one in package.json, lockfile and changelog, with a date', () => {
    // Between two releases "Unreleased" has lines.
    const changelog = text('CHANGELOG.md').replace(/^## Unreleased\n(?:(?!## ).*\n)*/m, '## Unreleased\n\n')
    expect(versionFaults(`v${version}`, { manifest, lock: json('package-lock.json'), changelog })).toEqual([])
  })

  it('is that of every tarball in the documentation', () => {
    for (const page of ['README.md', 'CONTRIBUTING.md']) {
      const named = [...text(page).matchAll(/cen-attach-(\d+\.\d+\.\d+)\.tgz/g)].map(([, found]) => found)
      expect(named.length).toBeGreaterThan(0)
      expect(named.filter((found) => found !== version)).toEqual([])
    }
  })

  it('is among the supported ones', () => {
    expect(text('SECURITY.md')).toContain(`| ${version.replace(/\d+$/, 'x')} | yes |`)
  })
})

describe('a release is refused', () => {
  const good: VersionFiles = {
    manifest: { version: '1.2.3' },
    lock: { version: '1.2.3', packages: { '': { version: '1.2.3' } } },
    changelog:
      '# Changelog\n\n## Unreleased\n\nNothing yet.\n\n## 1.2.3 (2026-11-29)\n\n- new\n\n## 1.2.2 (2026-11-01)\n',
  }
  const change = (from: string, to: string) => ({ ...good, changelog: good.changelog.replace(from, to) })

  it('not if everything fits', () => {
    expect(versionFaults('v1.2.3', good)).toEqual([])
  })

  it.each<[string, string, VersionFiles, string]>([
    ['of another tag', 'v1.2.4', good, 'the tag is v1.2.4, the version of package.json is 1.2.3'],
    ['of a tag without v', '1.2.3', good, 'the tag is 1.2.3'],
    ['of the lockfile', 'v1.2.3', { ...good, lock: { ...good.lock, version: '1.2.2' } }, 'package-lock.json'],
    [
      'of its own entry there',
      'v1.2.3',
      { ...good, lock: { version: '1.2.3', packages: { '': { version: '1' } } } },
      'lock',
    ],
    ['of no heading', 'v1.2.3', change('## 1.2.3 (2026-11-29)\n', ''), 'CHANGELOG.md has no heading'],
    ['of no date', 'v1.2.3', change(' (2026-11-29)', ''), 'CHANGELOG.md has no heading "## 1.2.3 (YYYY-MM-DD)"'],
    [
      'of an older heading above it',
      'v1.2.3',
      change('## 1.2.3 (', '## 1.2.1 (2026-01-01)\n\n## 1.2.3 ('),
      'no heading',
    ],
    ['of no place for new lines', 'v1.2.3', change('## Unreleased\n\nNothing yet.\n\n', ''), 'after "## Unreleased"'],
    ['of lines without a version', 'v1.2.3', change('Nothing yet.', '- forgotten'), 'has changes under "Unreleased"'],
  ])('because %s', (_name, tag, files, fault) => {
    expect(versionFaults(tag, files).join('\n')).toContain(fault)
  })
})

describe('a tarball is refused', () => {
  const paths = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'events/asyncapi.yml', 'dist/page/console.js']
  const good = [...paths, 'dist/functions/cli.js', 'dist/lib/events.js', 'dist/types/lib/events.d.ts']
  const packed = (files: readonly string[], size = 400_000): Packed => ({
    size,
    files: files.map((path) => ({ path })),
  })

  it('not if it has what it should have', () => {
    expect(contentFaults(packed(good))).toEqual([])
  })

  it.each(good)('without %s', (path) => {
    expect(contentFaults(packed(good.filter((one) => one !== path)))).toHaveLength(1)
  })

  it.each([
    'test/ci.test.ts',
    'docs/README.md',
    'dist/deploy/deploy.js',
    'dist/lib/events.js.map',
    'dist/lib/events.ts',
    'dist/lib/a.test.js',
    'dist/functions/.env',
    'events/prod.env',
    'events/emulator.pem',
  ])('with %s', (path) => {
    expect(contentFaults(packed([...good, path])).join('\n')).toContain('does not belong in the tarball')
  })

  it('of more than 600 KiB', () => {
    expect(contentFaults(packed(good, 700_000))).toHaveLength(1)
  })
})

describe('Node.js versions', () => {
  const lowest = Number(/^>=(\d+)/.exec(manifest.engines.node)?.[1])
  const matrix: number[] = parse(text('.github/workflows/check.yml')).jobs.check.strategy.matrix.node
  const inTable = [...text('SECURITY.md').matchAll(/^\| (\d+) \| (\d{4}-04-30) \| supported/gm)]
  const own = text('.nvmrc').trim()

  it('are in CI all even ones from that of engines on, and those of SECURITY.md', () => {
    expect(matrix[0]).toBe(lowest)
    expect(matrix).toEqual(matrix.map((_, index) => lowest + 2 * index))
    expect(inTable.map(([, major]) => Number(major))).toEqual(matrix)
    expect(text('CONTRIBUTING.md')).toContain(`on Node.js ${matrix.join(', ').replace(/, (\d+)$/, ' and $1')} (`)
  })

  it('is supported after its end of life until a date that README and SECURITY.md agree on', () => {
    const [, date] = new RegExp(`^\\| ${lowest} \\| .* at least until (\\S+);`, 'm').exec(text('SECURITY.md')) ?? []
    expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(text('README.md')).toContain(`(${lowest} at least until ${date},`)
  })

  it('begin in the documentation and in the builds with that of engines', () => {
    for (const page of ['README.md', 'docs/deploy.md'])
      expect(text(page)).toContain(`You need Node.js ${lowest} or later`)
    const targets = [...`${text('package.json')}${text('deploy/bundle.mjs')}`.matchAll(/node(\d+)\b(?!\.)/g)]
    expect(targets.length).toBeGreaterThan(2)
    expect([...new Set(targets.map(([, major]) => Number(major)))]).toEqual([lowest])
    expect(Number(/runtime: nodejs(\d+)/.exec(text('docs/deploy/s.yaml'))?.[1])).toBe(lowest)
  })

  it('of .nvmrc, image and Lambda are among them', () => {
    expect(matrix).toContain(Number(own))
    const bases = readDockerfile(text('Dockerfile')).flatMap(({ name, text: base }) => (name === 'FROM' ? [base] : []))
    const majors = bases.flatMap((base) => /(?:^node:|\/nodejs)(\d+)/.exec(base)?.[1] ?? [])
    expect(majors).toEqual([own, own])
    expect(text('docs/container.md')).toContain(bases[0]?.split(' ')[0])
    expect(text('docs/container.md')).toContain(bases.at(-1))
    expect(matrix).toContain(Number(/runtime: nodejs(\d+)\.x/.exec(text('serverless.yml'))?.[1]))
  })
})

describe('a workflow', () => {
  const files = readdirSync('.github/workflows')
  const workflow = (file: string) => parse(text(`.github/workflows/${file}`))

  it.each(files)('%s pins each action by commit, with its version, and may only read', (file) => {
    const uses = [...text(`.github/workflows/${file}`).matchAll(/uses: (.*)$/gm)].map(([, used = '']) => used)
    const loose = uses.filter((used) => !used.startsWith('./') && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))
    expect(uses.length).toBeGreaterThan(0)
    expect(loose).toEqual([])
    expect(workflow(file).permissions).toEqual({ contents: 'read' })
  })

  it('checks pushes and pull requests by .ci/run, and nothing else', () => {
    const { on, jobs } = workflow('check.yml')
    expect(Object.keys(on)).toEqual(['push', 'pull_request', 'workflow_call'])
    const commands = jobs.check.steps.flatMap(({ run }: { run?: string }) => run ?? [])
    expect(commands).toEqual(['.ci/run'])
  })

  it('publishes a tag after that check: what was built afresh and checked, with its provenance', () => {
    const { on, jobs } = workflow('publish.yml')
    expect(on).toEqual({ push: { tags: ['v*'] } })
    expect(jobs.check.uses).toBe('./.github/workflows/check.yml')
    expect(jobs.publish).toMatchObject({ needs: 'check', permissions: { contents: 'read', 'id-token': 'write' } })
    const commands: string[] = jobs.publish.steps.flatMap(({ run }: { run?: string }) => run ?? [])
    expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
      'npm ci',
      'npm pkg',
      'node .ci/release.mjs',
      'npm config',
      'npm publish',
    ])
    expect(commands.at(-1)).toMatch(/ --provenance --access public$/)
  })
})

describe('the form for a bug', () => {
  it('asks for version, edition, outcome with its code, and what doctor found', () => {
    const { body } = parse(text('.github/ISSUE_TEMPLATE/bug.yml'))
    const required = body.filter(({ validations }: { validations?: { required?: boolean } }) => validations?.required)
    const ids = required.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(expect.arrayContaining(['version', 'edition', 'outcome', 'doctor']))
    const label = (wanted: string) => body.find(({ id }: { id?: string }) => id === wanted)?.attributes.label
    expect(label('doctor')).toBe('cen-attach doctor --json')
    expect(label('outcome')).toContain('code')
  })
})
