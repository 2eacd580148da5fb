/** docs/tour.md: every command as it stands there, in order, in a shell of a copy of the checkout; the output is compared with the page. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { CampaignRecord } from '../../lib/campaigns/record.js'
import { cleanEnvironment } from '../support/process.js'
import { missingLines } from '../support/transcript.js'

interface Step {
  /** A block of the page that a shell runs. */
  readonly commands: string
  /** The block of output after it, if there is one. */
  readonly shown?: readonly string[]
}

/** CI carries this out as a line of the README; here the packages are those of this checkout. */
const INSTALL = 'npm ci && '
/** What a terminal shows for Ctrl-C. */
const INTERRUPT = '^C'
const READY = 'Ctrl-C stops it.'

const page = readFileSync('docs/tour.md', 'utf8')
const steps: Step[] = [...page.matchAll(/^```sh\n(.*?)^```$(?:\n\n^```\n(.*?)^```$)?/gms)].map(
  ([, commands = '', shown]) => ({ commands, ...(shown !== undefined && { shown: shown.trimEnd().split('\n') }) }),
)

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-tour-'))
const checkout = join(folder, 'checkout')
const tour = join(checkout, 'tour')
for (const path of ['package.json', 'functions', 'lib', 'events', 'deploy', 'docs/generate'])
  cpSync(path, join(checkout, path), { recursive: true })
symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'))

/** Stands in for npx, which takes longer than the command. */
const NPX = `#!/bin/sh\n[ "$1" = cen-attach ] && shift && exec node ${checkout}/dist/functions/cli.js "$@"\n`
const bin = join(folder, 'bin')
mkdirSync(bin)
writeFileSync(join(bin, 'npx'), NPX)
chmodSync(join(bin, 'npx'), 0o755)
const own = { ...cleanEnvironment(), HOME: folder }
const env = { ...own, PATH: `${bin}:${process.env.PATH}` }

/** A shell in a process group of its own, with all output in one text. */
function openShell(args: readonly string[], cwd: string) {
  const child: ChildProcess = spawn('bash', args, { cwd, env, detached: true })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (piece) => {
      out += piece
    })
  const ended = new Promise<void>((done) => child.on('close', () => done()))
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  return {
    out: () => out,
    input: child.stdin,
    ended,
    interrupt: () => void (!isOver() && child.pid && process.kill(-child.pid, 'SIGINT')),
    async until(isSo: () => boolean) {
      for (const until = Date.now() + 60_000; !isSo() && !isOver() && Date.now() < until; )
        await new Promise((again) => setTimeout(again, 20))
    },
  }
}

const shell = openShell([], checkout)
/** The terminal whose command runs until the end of the tour. */
let other: ReturnType<typeof openShell> | undefined
async function stopOther() {
  other?.interrupt()
  await other?.ended
}
afterAll(async () => {
  await stopOther()
  shell.input?.end()
  rmSync(folder, { recursive: true })
})

/** Runs a block in the shell; settings and folder stay for the next one. */
async function runBlock(commands: string, index: number): Promise<{ out: string; code: number }> {
  const [file, end] = [join(folder, `${index}.sh`), /\n=== end of block: (\d+) ===\n$/]
  writeFileSync(file, commands)
  const from = shell.out().length
  shell.input?.write(`. ${file} </dev/null 2>&1; printf '\\n=== end of block: %s ===\\n' $?\n`)
  await shell.until(() => end.test(shell.out().slice(from)))
  const out = shell.out().slice(from)
  return { out: out.replace(end, ''), code: Number(end.exec(out)?.[1]) }
}

/** Runs a block that ends with Ctrl-C: where the page shows it, or else at the end of the tour. */
async function runUntilInterrupt(commands: string, shown: readonly string[]): Promise<void> {
  const terminal = openShell(['-c', commands], tour)
  const [before, after] = shown.includes(INTERRUPT)
    ? [shown.slice(0, shown.indexOf(INTERRUPT)), shown.slice(shown.indexOf(INTERRUPT) + 1)]
    : [shown, undefined]
  await terminal.until(() => missingLines(before, terminal.out()).length === 0)
  expect(missingLines(before, terminal.out()), terminal.out()).toEqual([])
  if (after === undefined) {
    other = terminal
    return
  }
  const from = terminal.out().length
  terminal.interrupt()
  await terminal.ended
  expect(missingLines(after, terminal.out().slice(from)), terminal.out()).toEqual([])
}

/** What the rows of a report have that does not differ from run to run. */
function outcomesOf(file: string) {
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as CampaignRecord
  return rows.map(({ line, attachment, outcome, adopted, error, preflight, details }) => {
    const code = error?.code
    return { line, attachment, outcome, adopted, code, ...(preflight && { preflight, details }) }
  })
}

describe('docs/tour.md', () => {
  it('begins with the first command of the README, and has every command in a block that is run', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(`\n${steps[0]?.commands}`)
    expect(steps.length).toBeGreaterThan(12)
    expect(page.match(/^```sh$/gm)).toHaveLength(steps.length)
    expect(page.match(/^(?:\$ |npx |npm )/gm)).toHaveLength(
      steps.flatMap(({ commands }) => commands.match(/^(?:npx |npm )/gm) ?? []).length,
    )
  })

  it.each(steps.map((step, index) => ({ ...step, index })))('$commands', async ({ commands, shown, index }) => {
    if (shown?.some((line) => line.includes(READY))) await runUntilInterrupt(commands, shown)
    else {
      if (index === steps.length - 1) await stopOther()
      const { out, code } = await runBlock(commands.replace(INSTALL, ''), index)
      expect(code, out).toBeLessThan(2)
      expect(shown ? missingLines(shown, out) : out.trim(), out).toEqual(shown ? [] : '')
    }
    // The pictures are made of these.
    for (const [, file = ''] of commands.matchAll(/--report (\S+\.json)/g))
      expect(outcomesOf(join(tour, file))).toEqual(outcomesOf(join('docs/pictures', file)))
  })

  it('leaves nothing behind', () => {
    expect(existsSync(tour)).toBe(false)
  })

  it('has a command that npx finds in the checkout, also from the folder of the tour', () => {
    mkdirSync(tour)
    const version = execFileSync('npx', ['--no-install', 'cen-attach', '--version'], {
      cwd: tour,
      env: own,
      encoding: 'utf8',
    })
    expect(version.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
  })
})
