/** The rules of the tree, held against the sources: import directions, pure folders, sizes and names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Source {
  readonly path: string
  readonly text: string
}

interface Import {
  readonly from: string
  /** The path of a source of this repository, or the name of a package. */
  readonly to: string
}

/**
 * The folders from the bottom to the top. A file imports its own folder and folders of lower rows; folders of one row do
 * not import each other.
 */
const RANKS: readonly (readonly string[])[] = [
  ['lib/domain'],
  ['lib/policy', 'lib/admission'],
  ['lib/telemetry'],
  ['lib/messaging'],
  ['lib/reconcile', 'lib/config', 'lib/dead-letters'],
  ['lib/aws', 'lib/alibaba'],
  ['lib/campaigns', 'lib/deployment', 'lib/doctor'],
  ['lib/console'],
  ['functions/shared'],
  ['functions/commands'],
  ['functions/entry-points'],
]

/** Folders outside the ranks: what they import, and who may import them. */
const APART: Readonly<Record<string, { readonly imports: readonly string[]; readonly importedBy: readonly string[] }>> =
  {
    'lib/emulator': { imports: ['lib/domain'], importedBy: ['functions/shared', 'functions/commands'] },
    // It runs in a browser; the build bundles it.
    'lib/console/page': { imports: ['lib/domain', 'lib/campaigns', 'lib/dead-letters', 'lib/console'], importedBy: [] },
    // The types of the npm package.
    'lib/events.ts': { imports: ['lib/domain'], importedBy: [] },
  }

/** A command does not import another one, nor an entry point another one. */
const SEPARATE_FILES = ['functions/commands', 'functions/entry-points']

const PURE = ['lib/domain', 'lib/policy', 'lib/admission', 'lib/reconcile']
const PURE_PACKAGES = ['valibot', 'node:crypto']
const BROWSER_PACKAGES = ['preact', 'preact/hooks', '@tanstack/virtual-core', 'eventsource-parser']
const IMPURE =
  /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.|\bfetch\(|\bconsole\./g

const MOST_FILES = 14
const MOST_LINES = 300
/** Files longer than the limit, each with the reason. */
const LONG: Readonly<Record<string, string>> = {}
const VAGUE_NAME = /(?:^|\/)(?:utils?|helpers?|types|common|index)\.tsx?$/
/** Names that two files export on purpose. */
const EXPORTED_TWICE: Readonly<Record<string, string>> = {
  handler: 'each host calls its entry point by this name',
  AttachmentRequest: 'the npm package exports the request as it is written, the domain the request as it was read',
}

const IMPORT = /(?:^|\n)(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g
const EXPORT =
  /(?:^|\n)export (?:declare |default )?(?:async |abstract )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/g

const sourceOf = (built: string): string => {
  const path = built.replace(/\.js$/, '.ts')
  return existsSync(`${path}x`) ? `${path}x` : path
}

function importsOf({ path, text }: Source): Import[] {
  return [...text.matchAll(IMPORT)].map(([, named, dynamic, bare]) => {
    const to = named ?? dynamic ?? bare ?? ''
    return { from: path, to: to.startsWith('.') ? sourceOf(normalize(join(dirname(path), to))) : to }
  })
}

/** The folder that a rule names for a file. */
function areaOf(path: string): string {
  const [top, second, third] = path.split('/')
  if (top === 'functions') {
    if (third === undefined) return 'functions/entry-points'
    return second === 'commands' ? 'functions/commands' : 'functions/shared'
  }
  return path.startsWith('lib/console/page/') ? 'lib/console/page' : `lib/${second}`
}

const isSource = (to: string): boolean => to.startsWith('lib/') || to.startsWith('functions/')
const rankOf = (area: string): number => RANKS.findIndex((row) => row.includes(area))

function mayImport(from: string, to: string): boolean {
  const [here, there] = [areaOf(from), areaOf(to)]
  if (here === there) return !SEPARATE_FILES.includes(here)
  if (APART[there]) return APART[there].importedBy.includes(here)
  if (APART[here]) return APART[here].imports.includes(there)
  return rankOf(there) >= 0 && rankOf(there) < rankOf(here)
}

const wrongDirections = (imports: readonly Import[]): string[] =>
  imports.filter(({ from, to }) => isSource(to) && !mayImport(from, to)).map(({ from, to }) => `${from} imports ${to}`)

const wrongPackages = (imports: readonly Import[]): string[] =>
  imports
    .filter(({ from, to }) => {
      const area = areaOf(from)
      if (isSource(to)) return false
      if (PURE.includes(area)) return !PURE_PACKAGES.includes(to)
      return area === 'lib/console/page' && !BROWSER_PACKAGES.includes(to)
    })
    .map(({ from, to }) => `${from} imports ${to}`)

const impurities = ({ path, text }: Source): string[] =>
  PURE.includes(areaOf(path)) ? [...text.matchAll(IMPURE)].map(([found]) => `${path}: ${found}`) : []

const environmentReads = ({ path, text }: Source): string[] =>
  path.startsWith('lib/') && /\bprocess\.env\b/.test(text) ? [path] : []

/** Lambda's standard output is the log of a function. */
const PRINTERS = ['functions/terminal/print.ts', 'functions/aws-lambda.ts']
const prints = ({ path, text }: Source): string[] =>
  path.startsWith('functions/') &&
  !PRINTERS.includes(path) &&
  /console\.\w+\(|process\.std(?:out|err)\.write/.test(text)
    ? [path]
    : []

const tooLong = ({ path, text }: Source): string[] =>
  text.split('\n').length - 1 > MOST_LINES && LONG[path] === undefined ? [path] : []

function crowded(paths: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const path of paths) counts[dirname(path)] = (counts[dirname(path)] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).filter(([, files]) => files > MOST_FILES))
}

/** Names that more than one file exports; a name that is passed on is one definition. */
function exportedTwice(sources: readonly Source[]): string[] {
  const files = new Map<string, Set<string>>()
  for (const { path, text } of sources)
    for (const [, name = ''] of text.matchAll(EXPORT)) files.set(name, new Set([...(files.get(name) ?? []), path]))
  return [...files].filter(([name, { size }]) => size > 1 && EXPORTED_TWICE[name] === undefined).map(([name]) => name)
}

function cycles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
    if (trail.includes(path) || done.has(path)) return
    for (const to of next.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of next.keys()) visit(path, [])
  return found
}

const sources: readonly Source[] = ['lib', 'functions'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })),
)
const paths = sources.map(({ path }) => path)
const imports = sources.flatMap(importsOf)

describe('the tree', () => {
  it('is read as a whole', () => {
    expect(sources.length).toBeGreaterThan(200)
    expect(imports.length).toBeGreaterThan(800)
    const unknown = sources.map(({ path }) => areaOf(path)).filter((area) => !APART[area] && rankOf(area) < 0)
    expect(unknown).toEqual([])
  })

  it('is imported in one direction', () => {
    expect([...new Set(wrongDirections(imports))]).toEqual([])
  })

  it('has pure folders and a page for browsers: packages without input or output', () => {
    expect(wrongPackages(imports)).toEqual([])
  })

  it('reads no environment, time, chance or timer in its pure folders', () => {
    expect(sources.flatMap(impurities)).toEqual([])
  })

  it('takes only the hash from node:crypto in its pure folders', () => {
    const crypto = sources.filter(({ path, text }) => PURE.includes(areaOf(path)) && text.includes('node:crypto'))
    expect(crypto.map(({ path }) => path)).toEqual(['lib/domain/digest.ts'])
    expect(crypto[0]?.text).toContain("import { createHash } from 'node:crypto'")
  })

  it('reads the environment in functions/ only', () => {
    expect(sources.flatMap(environmentReads)).toEqual([])
  })

  it('prints to a terminal in one file, which lets no foreign text control it', () => {
    expect(sources.flatMap(prints)).toEqual([])
  })

  it('has no import cycle', () => {
    expect(cycles(imports)).toEqual([])
  })

  it(`has at most ${MOST_FILES} files in a folder`, () => {
    expect(crowded(paths)).toEqual({})
  })

  it(`has no file of more than ${MOST_LINES} lines without a reason`, () => {
    expect(sources.flatMap(tooLong)).toEqual([])
    expect(Object.keys(LONG).filter((path) => !paths.includes(path))).toEqual([])
  })

  it('has no file whose name says nothing', () => {
    expect(paths.filter((path) => VAGUE_NAME.test(path))).toEqual([])
  })

  it('exports each name from one file', () => {
    expect(exportedTwice(sources)).toEqual([])
  })
})

describe('a breach is found:', () => {
  it.each([
    ['lib/domain/messages/request.ts', 'lib/policy/policy.ts'],
    ['lib/policy/policy.ts', 'lib/aws/clients.ts'],
    ['lib/policy/policy.ts', 'lib/admission/limiter.ts'],
    ['lib/admission/limiter.ts', 'lib/messaging/disposition.ts'],
    ['lib/telemetry/observer.ts', 'lib/reconcile/decision/situation.ts'],
    ['lib/telemetry/json-log.ts', 'lib/config/settings.ts'],
    ['lib/messaging/poll-loop.ts', 'lib/aws/request-queue.ts'],
    ['lib/reconcile/decision/decide.ts', 'lib/alibaba/basic/driver.ts'],
    ['lib/reconcile/context.ts', 'lib/config/settings.ts'],
    ['lib/aws/clients.ts', 'lib/alibaba/basic/cbn.ts'],
    ['lib/alibaba/basic/cbn.ts', 'lib/campaigns/plan.ts'],
    ['lib/campaigns/plan.ts', 'lib/console/routes.ts'],
    ['lib/emulator/emulator.ts', 'lib/telemetry/system-clock.ts'],
    ['lib/aws/clients.ts', 'lib/emulator/emulator.ts'],
    ['lib/console/page/app.tsx', 'lib/aws/clients.ts'],
    ['functions/campaigns/console.ts', 'lib/console/page/app.tsx'],
    ['functions/compose/worker.ts', 'lib/events.ts'],
    ['lib/telemetry/json-log.ts', 'functions/cli.ts'],
    ['functions/compose/worker.ts', 'functions/commands/local.ts'],
    ['functions/commands/local.ts', 'functions/commands/submit.ts'],
    ['functions/aws-lambda.ts', 'functions/worker.ts'],
    ['lib/domain/messages/request.ts', 'lib/new-folder/new.ts'],
  ])('%s imports %s', (from, to) => {
    expect(wrongDirections([{ from, to }])).toEqual([`${from} imports ${to}`])
  })

  it.each([
    ['lib/policy/load.ts', 'node:fs'],
    ['lib/domain/digest.ts', 'crypto'],
    ['lib/admission/limiter.ts', 'node:timers'],
    ['lib/reconcile/acts.ts', '@aws-sdk/client-sqs'],
    ['lib/console/page/app.tsx', 'node:fs'],
  ])('%s imports the package %s', (from, to) => {
    expect(wrongPackages([{ from, to }])).toEqual([`${from} imports ${to}`])
  })

  it.each([
    'process.env.HOME',
    'process.hrtime()',
    'Date.now()',
    'new Date()',
    'Math.random()',
    'randomUUID()',
    'setTimeout(work, 1)',
    'setImmediate(work)',
    'performance.now()',
    'fetch(url)',
    'console.log(text)',
  ])('%s in a pure folder', (text) => {
    for (const folder of PURE) expect(impurities({ path: `${folder}/file.ts`, text })).toHaveLength(1)
    expect(impurities({ path: 'lib/aws/file.ts', text })).toEqual([])
  })

  it('the environment is read in lib/, or a command prints by itself', () => {
    const text = 'console.log(process.env.HOME)'
    expect(environmentReads({ path: 'lib/aws/clients.ts', text })).toHaveLength(1)
    expect(prints({ path: 'functions/commands/local.ts', text })).toHaveLength(1)
  })

  it('imports of every form are read, and a cycle of them is named', () => {
    const text = [
      "import type { A } from './limiter.js'",
      "import './rate-limiter.js'",
      "const late = () => import('../domain/clock.js')",
      "export { B } from 'valibot'",
      "import {\n  C,\n} from './fair-queue.js'",
    ].join('\n')
    expect(importsOf({ path: 'lib/admission/one.ts', text }).map(({ to }) => to)).toEqual([
      'lib/admission/limiter.ts',
      'lib/admission/rate-limiter.ts',
      'lib/domain/clock.ts',
      'valibot',
      'lib/admission/fair-queue.ts',
    ])
    const ring = ['a', 'b', 'c'].map((from, index, all) => ({ from, to: all[(index + 1) % 3] ?? '' }))
    expect(cycles(ring)).toEqual(['a > b > c > a'])
    expect(cycles(ring.slice(1))).toEqual([])
  })

  it('a crowded folder, a long file, a name that says nothing, a name that two files export', () => {
    const many = Array.from({ length: MOST_FILES + 1 }, (_, index) => `lib/new/${index}.ts`)
    expect(crowded(many)).toEqual({ 'lib/new': MOST_FILES + 1 })
    expect(crowded(many.slice(1))).toEqual({})
    expect(tooLong({ path: 'lib/new/long.ts', text: '\n'.repeat(MOST_LINES + 1) })).toHaveLength(1)
    expect(tooLong({ path: 'lib/new/long.ts', text: '\n'.repeat(MOST_LINES) })).toEqual([])
    for (const name of ['utils', 'helper', 'types', 'common', 'index']) expect(`lib/new/${name}.ts`).toMatch(VAGUE_NAME)
    const forms = ['export interface Same {}', 'export async function Same() {}', 'export const Same = 1']
    for (const text of forms)
      expect(
        exportedTwice([
          { path: 'lib/new/one.ts', text },
          { path: 'lib/new/two.ts', text: 'export type Same = 1' },
        ]),
      ).toEqual(['Same'])
  })
})
