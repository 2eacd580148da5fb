/** The built Lambda bundle with a code cache: one that fits is used; with any other, or none, it starts and works all the same. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type LambdaHost, startLambda } from '../../support/lambda/bundle-host.js'

const quiet = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
const folders: string[] = []
let made: string
let cloud: TestCloud
let lambda: LambdaHost | undefined

const copyOf = (folder: string): string => {
  const copy = mkdtempSync(join(tmpdir(), 'code-cache-'))
  folders.push(copy)
  cpSync(folder, copy, { recursive: true })
  return copy
}
const caches = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.cache'))
const mainCache = (folder: string) => join(folder, caches(folder).find((name) => name.startsWith('main.')) ?? '')

beforeAll(async () => {
  made = copyOf('dist/lambda')
  for (const name of caches(made)) rmSync(join(made, name))
  execFileSync(process.execPath, ['deploy/code-cache.cjs', join(made, 'aws-lambda.cjs')], { env: quiet })
  cloud = await startCloud()
})
afterEach(() => {
  lambda?.stop()
  lambda = undefined
})
afterAll(async () => {
  await cloud.stop()
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const spoilMain = (spoil: (bytes: Buffer) => Buffer) => (folder: string) =>
  writeFileSync(mainCache(folder), spoil(readFileSync(mainCache(folder))))

/** Flips a byte; V8's header begins with what names its version, after the seal. */
const flip = (bytes: Buffer, at: number): Buffer => {
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  return bytes
}
const SEAL_BYTES = 32
const VERSION_AT = 4

/** Spoils a copy of the bundle. */
const SPOILT: readonly [string, (folder: string) => void][] = [
  [
    'is missing',
    (folder) => {
      for (const name of caches(folder)) rmSync(join(folder, name))
    },
  ],
  ['is empty', spoilMain(() => Buffer.alloc(0))],
  ['is cut', spoilMain((bytes) => bytes.subarray(0, 10_000))],
  ['is damaged', spoilMain((bytes) => flip(bytes, 400_000))],
  [
    'is of another source',
    (folder) => {
      const main = join(folder, 'main.cjs')
      writeFileSync(main, readFileSync(main, 'latin1').replace('cannot start', 'cannot begin'), 'latin1')
    },
  ],
  [
    'is of another version of V8',
    (folder) => {
      const { seal } = createRequire(import.meta.url)('../../../deploy/sealed-cache.cjs')
      const source = readFileSync(join(folder, 'main.cjs'), 'latin1')
      spoilMain((bytes) => seal(source, flip(bytes.subarray(SEAL_BYTES), VERSION_AT)))(folder)
    },
  ],
]

const start = async (folder: string) => {
  lambda = await startLambda(cloud, {}, join(folder, 'aws-lambda.cjs'))
  return lambda
}

describe('a code cache', () => {
  it('is used where it was made by this version of V8 of this source', async () => {
    expect((await start(made)).caches).toContainEqual({ file: 'main.cjs', used: true })
  })

  it.each(SPOILT)('that %s is not used, and the bundle works without', async (_name, spoil) => {
    const folder = copyOf(made)
    spoil(folder)
    const { caches, round } = await start(folder)
    expect(caches.filter(({ file, used }) => file === 'main.cjs' && used)).toEqual([])
    await cloud.send('no request')
    expect(await round()).toEqual({ received: 1, failed: [] })
  })
})
