/** What CI runs, against what README and CONTRIBUTING say. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const text = (path: string) => readFileSync(path, 'utf8')
const manifest = JSON.parse(text('package.json'))
const lock = JSON.parse(text('package-lock.json'))

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
    expect(needed.length).toBeLessThanOrEqual(520)
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
