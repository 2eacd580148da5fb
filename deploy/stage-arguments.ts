/** The arguments of `npm run deploy` and `npm run remove`, and the programs that they start. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

export interface StageArguments {
  readonly stage: string
  readonly region?: string
  readonly all: boolean
  readonly yes: boolean
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>

/** The options of each command. The region of a deployment is that of its file. */
export const OPTIONS = {
  deploy: { stage: { type: 'string' } },
  remove: { stage: { type: 'string' }, region: { type: 'string' }, all: { type: 'boolean' }, yes: { type: 'boolean' } },
} as const satisfies Readonly<Record<string, Options>>

/** Throws with what is wrong. */
export function parseArguments(command: keyof typeof OPTIONS, args: readonly string[]): StageArguments {
  const { values } = parseArgs({ args: [...args], options: OPTIONS[command] as Options })
  const { stage, region, all = false, yes = false } = values as Partial<Record<string, string & boolean>>
  if (stage === undefined) throw new Error('--stage STAGE is missing')
  return { stage, all, yes, ...(region !== undefined && { region }) }
}

/** The arguments of this process; ends it with what is wrong. */
export function readArguments(command: keyof typeof OPTIONS): StageArguments {
  try {
    return parseArguments(command, process.argv.slice(2))
  } catch (error) {
    fail(
      `${(error as Error).message}\noptions: ${Object.keys(OPTIONS[command])
        .map((name) => `--${name}`)
        .join(' ')}`,
    )
  }
}

/** Runs osls with the terminal of this process; the exit code. */
export function osls(command: string, { stage, region }: Pick<StageArguments, 'stage' | 'region'>): number {
  const args = [
    '--no-install',
    'osls',
    command,
    '--stage',
    stage,
    ...(region === undefined ? [] : ['--region', region]),
  ]
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
  return spawnSync('npx', args, { stdio: 'inherit', env }).status ?? 1
}

export function fail(text: string, code = 2): never {
  process.stderr.write(`${text}\n`)
  process.exit(code)
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`)
