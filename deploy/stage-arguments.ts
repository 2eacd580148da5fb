/** The arguments of `npm run deploy` and `npm run remove`, and the programs that they start. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

export interface StageArguments {
  readonly stage: string
  readonly region?: string
  readonly all: boolean
  readonly yes: boolean
}

/** Ends the process with what is wrong. */
export function readArguments(command: 'deploy' | 'remove', flags: readonly ('all' | 'yes')[]): StageArguments {
  try {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string' },
        region: { type: 'string' },
        ...Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }])),
      },
    })
    const { stage, region, all = false, yes = false } = values as Partial<Record<string, string & boolean>>
    if (stage === undefined) throw new Error('--stage STAGE is missing')
    return { stage, all, yes, ...(region !== undefined && { region }) }
  } catch (error) {
    const options = flags.map((flag) => ` [--${flag}]`).join('')
    fail(`${(error as Error).message}\nnpm run ${command} -- --stage STAGE [--region REGION]${options}`)
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
  return spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1
}

export function fail(text: string, code = 2): never {
  process.stderr.write(`${text}\n`)
  process.exit(code)
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`)
