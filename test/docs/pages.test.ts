/** Every page of the documentation: what it links to and names is there, and every page is found from the index. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...docs.map((name) => join('docs', name)).sort(),
]
const text = (page: string) => readFileSync(page, 'utf8')
const withoutBlocks = (markdown: string) => markdown.replace(/^```.*?^```$/gms, '')

/** The anchors of a page as GitHub makes them of its headings. */
const anchorsOf = (page: string): string[] =>
  [...withoutBlocks(text(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

function brokenLinks(page: string): string[] {
  const links = [...withoutBlocks(text(page)).matchAll(/\]\(([^)\s:]+)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? page : normalize(join(dirname(page), file))
    if (!existsSync(target)) return true
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor)
  })
}

/** Paths of this repository in code marks, and tests by their path in test/; three capital letters are what a person chooses. */
const missingFiles = (page: string): string[] =>
  [...text(page).matchAll(/`((?:lib|functions|test|docs|deploy|bench|events)\/[\w./-]+|[\w./-]+\.test\.ts)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(path) && !existsSync(join('test', path)) && !/[A-Z]{3}/.test(path))

const SCRIPTS: object = JSON.parse(text('package.json')).scripts
const missingScripts = (named: string): string[] =>
  [...named.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)]
    .map(([, script = '']) => script)
    .filter((script) => !Object.hasOwn(SCRIPTS, script))

/** What prints commands, or has them in comments; stage files are left out, since a test writes one beside them meanwhile. */
const SOURCES = ['lib', 'functions', 'deploy', 'docs', 'conformance', 'bench'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:tsx?|[cm]js)$/.test(name))
    .map((name) => join(folder, name)),
)

describe('a page of the documentation', () => {
  it.each(PAGES)('%s links to what is there', (page) => {
    expect(brokenLinks(page)).toEqual([])
  })

  it.each(PAGES.filter((page) => page !== 'CHANGELOG.md' && !page.startsWith('docs/decisions/')))(
    '%s names files that are there',
    (page) => {
      expect(missingFiles(page)).toEqual([])
    },
  )

  it.each(PAGES)('%s names scripts of npm that there are', (page) => {
    expect(missingScripts(text(page))).toEqual([])
  })

  it.each(PAGES)('%s has shell commands that a shell can read', (page) => {
    const blocks = [...text(page).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
    for (const input of blocks) execFileSync('bash', ['-n'], { input })
  })

  it('is linked from the index', () => {
    const index = text('docs/README.md')
    const pages = docs.filter((name) => !name.includes('/') && name !== 'README.md')
    expect(pages.length).toBeGreaterThan(15)
    expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([])
  })

  it('is short if it is the README', () => {
    expect(text('README.md').split('\n').length).toBeLessThanOrEqual(200)
  })
})

describe('a source', () => {
  it('prints scripts of npm that there are', () => {
    expect(SOURCES.length).toBeGreaterThan(300)
    expect(SOURCES.flatMap((path) => missingScripts(text(path)).map((script) => `${path}: ${script}`))).toEqual([])
    expect(missingScripts('npm run build && npm run none')).toEqual(['none'])
  })
})
