/** The suite as a process: without a terminal, ended by Ctrl-C, and killed. The account is a second emulator in this process. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMULATED_WORLD, type EmulatorTarget, startEmulatorTarget } from '../../conformance/targets/emulator.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'

const PROGRAM = resolve('dist/conformance/run.js')
const ENV = {
  PATH: process.env.PATH ?? '',
  ALIBABA_CLOUD_ACCESS_KEY_ID: HOME_ACCOUNT.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: HOME_ACCOUNT.accessKeySecret,
}

let account: EmulatorTarget
let folder: string

beforeAll(async () => {
  const help = execFileSync(process.execPath, [PROGRAM, '--help'], { encoding: 'utf8' })
  expect(help).toContain('Exit codes')
  account = await startEmulatorTarget('cn-hangzhou', {
    ...EMULATED_WORLD,
    limits: { attachMs: 2_000, detachMs: 100, createMs: 50, routerMs: 50 },
  })
  folder = mkdtempSync(join(tmpdir(), 'conformance-'))
})
afterAll(async () => {
  await account.stop()
  rmSync(folder, { recursive: true })
})

const argsOf = (...args: readonly string[]) => [PROGRAM, '--live', '--endpoint', account.endpoints.cbn, ...args]

/** Starts a run, and resolves while its first attach is in progress. */
async function startAttaching(): Promise<{ child: ChildProcess; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, argsOf('--yes', 'edition', 'attach'), { cwd: folder, env: ENV })
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)))
  let err = ''
  await new Promise<void>((attaching, failed) => {
    child.stderr.on('data', (piece) => {
      err += piece
      if (existing().attached === 1) attaching()
    })
    const timer = setInterval(() => existing().attached === 1 && attaching(), 20)
    ended.then(() => failed(new Error(err))).finally(() => clearInterval(timer))
  })
  return { child, ended }
}

const existing = () => {
  const { world } = account.emulator
  return {
    cens: world.cens().length,
    vpcs: world.childInstances().filter(({ type }) => type === 'VPC').length,
    attached: world.enterprise.records.attachments.all(account.clock.now()).length,
  }
}
const NOTHING = { cens: 0, vpcs: 0, attached: 0 }

describe('the suite in a real account', () => {
  it('starts nothing without a terminal and without --yes', async () => {
    const run = promisify(execFile)(process.execPath, argsOf(), { cwd: folder, env: ENV })
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes starts without a question'),
    })
    expect(existing()).toEqual(NOTHING)
  })

  it('deletes what it has created when Ctrl-C ends it in the middle of an attach', async () => {
    const { child, ended } = await startAttaching()
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(existing()).toEqual(NOTHING)
    expect(existsSync(join(folder, 'cen-attach-conformance.state.json'))).toBe(false)
  })

  it('is cleaned up after it was killed in the middle of an attach', async () => {
    const { child, ended } = await startAttaching()
    child.kill('SIGKILL')
    await ended
    expect(existing().attached).toBe(1)
    const { stdout } = await promisify(execFile)(process.execPath, argsOf('--clean', '--json'), {
      cwd: folder,
      env: ENV,
    })
    expect(JSON.parse(stdout).left).toEqual([])
    expect(existing()).toEqual(NOTHING)
    expect(existsSync(join(folder, 'cen-attach-conformance.state.json'))).toBe(false)
  })
})
