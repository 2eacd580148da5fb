/** Checks a release, builds and packs it: `node .ci/release.mjs v0.2.0`. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** What the tarball has at its top, and in `dist`; nothing else. */
const CONTENT = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/functions',
  'dist/lib',
  'dist/page',
  'dist/types',
  'events',
  'package.json',
]
const STRAY = /\.map$|\.test\.|(?<!\.d)\.[cm]?tsx?$|\.env$|(?:^|\/)\.|\.(?:pem|key)$/
const MOST_BYTES = 600 * 1024

/** The top of a path: its first part, below `dist` its first two. */
const topOf = (path) =>
  path
    .split('/')
    .slice(0, path.startsWith('dist/') ? 2 : 1)
    .join('/')

/** `files` and `size` as `npm pack --json` prints them; size in bytes, packed. */
export function contentFaults({ files, size }) {
  const paths = files.map(({ path }) => path)
  const tops = new Set(paths.map(topOf))
  return [
    ...CONTENT.filter((top) => !tops.has(top)).map((top) => `${top} is missing in the tarball`),
    ...[...tops].filter((top) => !CONTENT.includes(top)).map((top) => `${top} does not belong in the tarball`),
    ...paths.filter((path) => STRAY.test(path)).map((path) => `${path} does not belong in the tarball`),
    ...(size > MOST_BYTES ? [`the tarball has ${size} bytes, more than ${MOST_BYTES}`] : []),
  ]
}

/** `changelog` is the text of CHANGELOG.md; `lock` and `manifest` are the parsed files. */
export function versionFaults(tag, { manifest, lock, changelog }) {
  const { version } = manifest
  const headings = [...changelog.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  const wanted = new RegExp(`^${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`)
  const [unreleased = ''] = /^## Unreleased\n(?:(?!## ).*\n)*/m.exec(changelog) ?? []
  const faults = {
    [`the tag is ${tag}, the version of package.json is ${version}: they must be the same`]: tag !== `v${version}`,
    'package-lock.json has another version: run npm install --package-lock-only':
      lock.version !== version || lock.packages[''].version !== version,
    [`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)" after "## Unreleased"`]:
      headings[0] !== 'Unreleased' || !wanted.test(headings[1] ?? ''),
    'CHANGELOG.md has changes under "Unreleased": move them to the version': unreleased.includes('\n- '),
  }
  return Object.keys(faults).filter((fault) => faults[fault])
}

function stopAt(faults) {
  for (const fault of faults) console.error(`release: ${fault}`)
  if (faults.length > 0) process.exit(1)
}

function release(tag) {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
  const changelog = readFileSync('CHANGELOG.md', 'utf8')
  stopAt(versionFaults(tag, { manifest: read('package.json'), lock: read('package-lock.json'), changelog }))
  const npm = (...args) => execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  // npm runs no prepack: .npmrc has ignore-scripts.
  npm('run', '--silent', 'build:package')
  const [packed] = JSON.parse(npm('pack', '--json'))
  stopAt(contentFaults(packed))
  console.log(
    `${packed.filename}: ${packed.entryCount} files, ${Math.round(packed.size / 1024)} KiB, ${packed.integrity}`,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) release(process.argv[2] ?? '')
