/** The arguments of `npm run deploy` and `npm run remove`, and the programs that they start. */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'

// The SDK warns on standard error that Node 20 support ends.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

interface StageArguments {
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

interface OslsRun {
  readonly code: number
  readonly output: string
}

/** Runs osls, and passes on what it prints. */
export function osls(command: string, { stage, region }: Pick<StageArguments, 'stage' | 'region'>): Promise<OslsRun> {
  const args = [
    '--no-install',
    'osls',
    command,
    '--stage',
    stage,
    ...(region === undefined ? [] : ['--region', region]),
  ]
  const child = spawn('npx', args, { stdio: ['inherit', 'pipe', 'pipe'] })
  let output = ''
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    from.on('data', (piece) => {
      output += piece
      to.write(piece)
    })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

export function fail(text: string, code = 2): never {
  process.stderr.write(`${text}\n`)
  process.exit(code)
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`)
