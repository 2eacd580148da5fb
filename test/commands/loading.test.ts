/** What a command loads before its action runs; its help, completion and wrong use wait for that. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { describe, expect, it } from 'vitest'

const FOLDER = 'functions/commands'
const COMMANDS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(FOLDER, name))

/** An action loads these if it needs them. */
const HEAVY = /^(?:@aws-sdk|@alicloud|@darabonba|@opentelemetry)\/|^(?:fauxqs|vega|prom-client|xml2js)$/

/** The packages that are loaded together with this source. */
function packagesOf({ inputs }: Metafile, path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return []
  seen.add(path)
  return (inputs[path]?.imports ?? [])
    .filter(({ kind }) => kind === 'import-statement')
    .flatMap((one) => (one.external ? [one.path] : packagesOf({ inputs, outputs: {} }, one.path, seen)))
}

const { metafile } = await build({
  entryPoints: COMMANDS,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  outdir: 'unused',
  write: false,
  metafile: true,
})

describe('a command loads no SDK and no server before its action', () => {
  it.each(COMMANDS)('%s', (command) => {
    expect(packagesOf(metafile, command).filter((name) => HEAVY.test(name))).toEqual([])
  })

  it('which is seen where something is loaded at once', () => {
    expect(packagesOf(metafile, 'functions/local/cloud.ts')).toContain('fauxqs')
  })
})
