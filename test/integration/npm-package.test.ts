/** The npm package: packed, installed with its production dependencies into an empty folder, and run there. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const INSTALL = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
const folder = mkdtempSync(join(tmpdir(), 'cen-attach-installed-'))
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[]; readonly size: number }

const npm = (args: readonly string[], cwd?: string) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

beforeAll(() => {
  npm(['run', '--silent', 'build:types'])
  packed = JSON.parse(npm(['pack', '--json', '--pack-destination', folder]))[0]
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n')
  npm([...INSTALL, `./${packed.filename}`], folder)
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe('the tarball', () => {
  it('has what a release may have, and all files that its manifest names', async () => {
    const { contentFaults } = await import(pathToFileURL('.ci/release.mjs').href)
    expect(contentFaults(packed)).toEqual([])
    const paths = packed.files.map(({ path }) => path)
    for (const path of ['dist/functions/cli.js', 'dist/page/console.js', 'dist/types/lib/events.d.ts'])
      expect(paths).toContain(path)
  })

  it('runs a file of the user', () => {
    writeFileSync(join(folder, 'rows.csv'), 'cenId,childInstanceId,childInstanceRegionId\ncen-1,vpc-1,cn-hangzhou\n')
    const out = execFileSync('npx', ['--no-install', 'cen-attach', 'local', '--submit', 'rows.csv'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(out).toContain('1 row: 1 attached, 0 failed')
  })

  it('writes a report page, and prints the help of its other commands', () => {
    const args = ['--no-install', 'cen-attach', 'local', '--submit', 'rows.csv', '--report', 'report.html']
    execFileSync('npx', args, { cwd: folder, stdio: 'ignore' })
    const out = execFileSync('npx', ['--no-install', 'cen-attach', '--help'], { cwd: folder, encoding: 'utf8' })
    expect(out).toContain('reconcile')
  })

  const check = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    const tsc = resolve('node_modules/typescript/bin/tsc')
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022']
    try {
      return execFileSync(process.execPath, [tsc, ...flags, name], { cwd: folder, encoding: 'utf8' })
    } catch (error) {
      return (error as { stdout: string }).stdout
    }
  }

  it('has self-contained types of the events', () => {
    const good = `
      import type { AttachmentRequest, AttachmentResult } from 'cen-attach/events'
      export const request: AttachmentRequest = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
      export const codeOf = ({ data }: AttachmentResult): string => data.error?.code ?? data.outcome
    `
    expect(check('good.ts', good)).toBe('')
    const bad = check('bad.ts', good.replace("cenId: 'cen-1'", 'cenId: 1').replace('data.outcome', 'data.nothing'))
    expect(bad).toContain("Type 'number' is not assignable to type 'string'")
    expect(bad).toContain("Property 'nothing' does not exist")
  }, 180_000)
})
