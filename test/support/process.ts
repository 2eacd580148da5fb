/** Runs the built command line in a process of its own, as a user does. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Running {
  readonly child: ChildProcess
  /** The output so far. */
  out(): string
  err(): string
  /** Resolves with the exit code, or null after a signal. */
  readonly ended: Promise<number | null>
  /** Resolves once the text was written to either stream. */
  wrote(text: string | RegExp, withinMs?: number): Promise<void>
}

const CLI = resolve('dist/functions/cli.js')
/** Files of one run must be invisible to the next one and to the user's own campaigns. */
const XDG_STATE_HOME = mkdtempSync(join(tmpdir(), 'cen-attach-state-'))

/** Settings of the tests' own environment that a program must not inherit. */
const OWN =
  /^(?:AWS_|ALIBABA_CLOUD_|REQUEST_|DEAD_LETTER_|RESULT_|ATTACH|GRANT_|CBN_|STS_|VPC_|SMARTAG_|LOG_LEVEL|CONCURRENCY|METRICS_|OTEL_)/

/** The environment without them. */
export const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)))

export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
  cwd?: string,
): Running {
  return follow(
    spawn(process.execPath, [CLI, ...args], { env: { ...cleanEnvironment(), XDG_STATE_HOME, ...env }, cwd }),
    input,
  )
}

/** Collects the output of a process. */
export function follow(child: ChildProcessWithoutNullStreams, input?: string): Running {
  let out = ''
  let err = ''
  child.stdout.on('data', (piece) => {
    out += piece
  })
  child.stderr.on('data', (piece) => {
    err += piece
  })
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  const wrote = async (text: string | RegExp, withinMs = 20_000) => {
    const has = () => (typeof text === 'string' ? (out + err).includes(text) : text.test(out + err))
    for (const until = Date.now() + withinMs; !has(); ) {
      if (Date.now() > until || child.exitCode !== null) throw new Error(`never wrote ${text}; it wrote: ${out}${err}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { child, out: () => out, err: () => err, ended, wrote }
}

/** Runs a command to its end. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
  cwd?: string,
) {
  const running = start(args, env, input, cwd)
  const code = await running.ended
  return { code, out: running.out(), err: running.err() }
}
