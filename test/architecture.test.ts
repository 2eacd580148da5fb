/** The plan of the house, held against the imports. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Import {
  readonly from: string
  readonly to: string
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))

const sources = [...files('lib'), ...files('functions')]
const IMPORT = /(?:^|\n)(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g

const sourceOf = (built: string): string => {
  const source = built.replace(/\.js$/, '.ts')
  return existsSync(`${source}x`) ? `${source}x` : source
}

/** Imports of a source text; a relative one as the path of the file in this repository. */
function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, named, dynamic, bare]) => {
    const to = named ?? dynamic ?? bare ?? ''
    return { from, to: to.startsWith('.') ? sourceOf(normalize(join(dirname(from), to))) : to }
  })
}

const room = (path: string): string => {
  const [top, second, third] = path.split('/')
  if (top === 'functions') return second === 'commands' || second === 'wiring' ? `functions/${second}` : 'door'
  return third === undefined ? 'hall' : `lib/${second}`
}

const LIB = ['hall', 'lib/aws', 'lib/alibaba', 'lib/host', 'lib/emulator', 'lib/campaign', 'lib/console']

/** What a room may import beside itself. */
const MAY: Record<string, string[]> = {
  hall: [],
  'lib/aws': ['hall'],
  'lib/alibaba': ['hall'],
  'lib/host': ['hall'],
  'lib/emulator': ['hall'],
  'lib/campaign': ['hall'],
  'lib/console': ['hall', 'lib/campaign'],
  // It runs in a browser: nobody imports it, the build bundles it.
  'lib/page': ['hall', 'lib/campaign'],
  'functions/wiring': LIB,
  'functions/commands': ['functions/wiring', ...LIB],
  door: ['functions/wiring', 'functions/commands', ...LIB],
}
const SHUT_TO_ITSELF = ['door', 'functions/commands']
/** Packages of the hall: all of them without input or output; and of the page: all of them for browsers. */
const PACKAGES: Record<string, RegExp[]> = {
  hall: [/^valibot$/, /^node:crypto$/],
  'lib/page': [/^preact(?:\/hooks)?$/, /^@tanstack\/virtual-core$/, /^eventsource-parser$/],
}

function breaches(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to }) => {
    const here = room(from)
    const said = `${from} imports ${to}`
    if (!to.startsWith('lib/') && !to.startsWith('functions/')) {
      return PACKAGES[here]?.some((known) => known.test(to)) === false ? [said] : []
    }
    const there = room(to)
    const allowed = there === here ? !SHUT_TO_ITSELF.includes(here) : MAY[here]?.includes(there)
    return allowed ? [] : [said]
  })
}

const all = sources.flatMap((path) => importsOf(path, readFileSync(path, 'utf8')))

describe('the plan of the house', () => {
  it('holds for every import', () => {
    expect(all.length).toBeGreaterThan(200)
    expect(breaches(all)).toEqual([])
  })

  it.each([
    ['lib/policy/policy.ts', 'node:fs'],
    ['lib/policy/policy.ts', 'lib/aws/clients.ts'],
    ['lib/aws/clients.ts', 'lib/alibaba/basic/cbn.ts'],
    ['functions/aws-lambda.ts', 'functions/worker.ts'],
    ['functions/commands/local.ts', 'functions/commands/submit.ts'],
    ['lib/telemetry/json-log.ts', 'functions/cli.ts'],
    ['lib/console/page/app.tsx', 'node:fs'],
    ['lib/console/routes.ts', 'lib/aws/redrive.ts'],
    ['functions/campaigns/console.ts', 'lib/console/page/app.tsx'],
  ])('is breached where %s imports %s', (from, to) => {
    expect(breaches([{ from, to }])).toHaveLength(1)
  })

  it('reads the environment, the time and chance at the doors only', () => {
    const LEAKS = /process\.env|Date\.now|Math\.random|random(?:UUID|Bytes|Int)|new Date\(\)|setTimeout/
    const hall = sources.filter((path) => room(path) === 'hall')
    expect(hall.length).toBeGreaterThan(20)
    expect(hall.filter((path) => LEAKS.test(readFileSync(path, 'utf8')))).toEqual([])
    const lib = sources.filter((path) => path.startsWith('lib/'))
    expect(lib.filter((path) => readFileSync(path, 'utf8').includes('process.env'))).toEqual([])
  })

  it('prints to a terminal in one place, which lets nothing foreign steer it', () => {
    const PRINTS = /console\.\w+\(|process\.std(?:out|err)\.write/
    const commands = sources.filter((path) => path.startsWith('functions/') && path !== 'functions/terminal/print.ts')
    // Lambda's standard output is the log of a function, and takes metrics as JSON.
    expect(commands.filter((path) => PRINTS.test(readFileSync(path, 'utf8')))).toEqual(['functions/aws-lambda.ts'])
  })

  it('has no import cycle', () => {
    const next = new Map<string, string[]>()
    for (const { from, to } of all) next.set(from, [...(next.get(from) ?? []), to])
    const cycles: string[] = []
    const done = new Set<string>()
    const visit = (path: string, trail: string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
      if (trail.includes(path) || done.has(path)) return
      for (const to of next.get(path) ?? []) visit(to, [...trail, path])
      done.add(path)
    }
    for (const path of sources) visit(path, [])
    expect(cycles).toEqual([])
  })

  it('keeps its rooms small: no file over 300 lines, no door or command over 80, no room without a name', () => {
    const lines = (path: string) => readFileSync(path, 'utf8').split('\n').length - 1
    expect(sources.filter((path) => lines(path) > 300)).toEqual([])
    const isDoor = (path: string) => room(path) === 'door' || room(path) === 'functions/commands'
    expect(sources.filter((path) => isDoor(path) && lines(path) > 80)).toEqual([])
    expect(sources.filter((path) => /(?:^|\/)(?:utils?|helpers?|types|common|index)\.tsx?$/.test(path))).toEqual([])
  })
})
