/** What CI runs, against what README and CONTRIBUTING say. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const text = (path: string) => readFileSync(path, 'utf8')
const manifest = JSON.parse(text('package.json'))
const lock = JSON.parse(text('package-lock.json'))

/** The mutation tester is run by hand; its packages do not count. */
const isNoMutationTester = (name: string) => !name.startsWith('@stryker-mutator/')

/** The places in node_modules of these packages and of all that they need, as the lockfile has them. */
function reachable(names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const visit = (from: string, name: string) => {
    const folders = from.split('/node_modules/').map((_, index, all) => all.slice(0, index + 1).join('/node_modules/'))
    const places = [...folders.reverse().map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`]
    const place = places.find((path) => lock.packages[path] !== undefined)
    if (place === undefined || found.has(place)) return
    found.add(place)
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = lock.packages[place]
    for (const next of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }))
      visit(place, next)
  }
  for (const name of names) visit('', name)
  return found
}

describe('a new checkout', () => {
  it('is installed, started and tested by two commands, each a line of the README that CI takes from there', () => {
    expect(text('README.md').match(/^npm ci && .*$/gm)).toEqual(['npm ci && npm start', 'npm ci && npm test'])
    expect(text('.ci/run')).not.toMatch(/npm (?:ci|install|i)\b(?! && ')/)
  })

  it('runs no install script, and names no host that packages come from', () => {
    expect(text('.npmrc')).toMatch(/^ignore-scripts=true$/m)
    expect(text('package-lock.json')).not.toContain('"resolved": "http')
  })

  it('is at most 520 packages, and all of them take Node 20 and later', () => {
    const packages: [string, { os?: string[]; optional?: boolean; engines?: { node?: string } }][] = Object.entries(
      lock.packages,
    )
    const needed = packages.filter(([path, { optional }]) => path !== '' && !optional)
    const others = reachable(
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(isNoMutationTester),
    )
    expect(needed.filter(([path]) => others.has(path)).length).toBeLessThanOrEqual(520)
    expect(others.size).toBeGreaterThan(400)
    const node20 = /(?:^|\|\| *)(?:>=? *(?:v?20|v?1\d|v?\d|0)(?:\.|\b)|\^?20\b|\*)/
    const strangers = needed.filter(([, { engines }]) => engines?.node !== undefined && !node20.test(engines.node))
    expect(strangers.map(([path, { engines }]) => `${path}: ${engines?.node}`)).toEqual([])
  })
})

describe('npm run check', () => {
  it('is what CI runs after it, and has every suite', () => {
    expect(text('.ci/run').trimEnd().split('\n').at(-1)).toBe('npm run check')
    const steps: string[] = manifest.scripts.check.split(' && ')
    expect(steps).toEqual([
      'npm run lint',
      'npm run types',
      'npm test',
      'npm run test:slow',
      'npm run test:faults:brief',
      'npm run conformance',
    ])
    const [, listed = ''] = /^npm run check .*\n((?:npm .*\n)+)/m.exec(text('CONTRIBUTING.md')) ?? []
    expect(
      listed
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ *#.*/, '')),
    ).toEqual(steps)
  })
})
