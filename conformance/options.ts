/** The options of the command line. */
import { parseArgs } from 'node:util'
import { FACTS } from './facts/catalogue.js'

export const HELP = `npm run conformance -- [--live] [options] [FACT …]

Compares facts about Alibaba's APIs with what the emulator answers, or with --live what a real account answers.
FACT is the id of a fact or of its subject: attach, routing.association. Without one: all.

  --live             a real account; keys as the worker takes them (ALIBABA_CLOUD_…); those of a second
                     account as CONFORMANCE_OWNER_ACCESS_KEY_ID, …_ACCESS_KEY_SECRET, …_SECURITY_TOKEN, those
                     of one without AliyunServiceRoleForCEN as CONFORMANCE_BARE_…
  --region ID        default: cn-hangzhou
  --vbr ID           with --live: a VBR of the account, which is used for dry runs only
  --endpoint URL     with --live: this server instead of Alibaba's, for every product (an emulator)
  --yes              with --live: do not ask before the start; without a terminal it is required
  --clean            with --live: delete what an earlier run left, and do nothing else
  --state FILE       with --live: what was created; default: cen-attach-conformance.state.json
  --transcript FILE  a JSON line for each call; default with --live: cen-attach-conformance-RUN.jsonl
  --list             print the facts and make no call
  --json             print JSON
  --help             print this

Exit codes: 0 all that was run is the same, 1 something is different or could not be deleted, 2 wrong use or no consent,
130 ended by Ctrl-C.

Examples:
  npm run conformance
  npm run conformance -- grants tokens.repeated
  npm run conformance -- --live --region eu-central-1
  npm run --silent conformance -- --live --yes --json > result.json
  npm run conformance -- --live --clean`

export interface Options {
  readonly live: boolean
  readonly region: string
  readonly endpoint?: string
  readonly vbr?: string
  readonly yes: boolean
  readonly clean: boolean
  readonly state: string
  readonly transcript?: string
  readonly list: boolean
  readonly json: boolean
  readonly help: boolean
  /** Ids or subjects. */
  readonly only: readonly string[]
}

type OptionsReading =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly faults: readonly string[] }

const LIVE_ONLY = ['endpoint', 'vbr', 'yes', 'clean', 'state'] as const
const REGION = /^[a-z]{2}-[a-z0-9]+(?:-[a-z0-9]+)*$/

/** Whether a word of the command line selects a fact. */
export const selects = (word: string, id: string): boolean => id === word || id.startsWith(`${word}.`)

/** Reads the command line, with all faults at once. */
export function readOptions(args: readonly string[]): OptionsReading {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    return { ok: false, faults: [(error as Error).message] }
  }
  const { values, positionals } = parsed
  const { region = 'cn-hangzhou', live = false } = values
  const faults = [
    ...LIVE_ONLY.filter((name) => values[name] !== undefined && !live).map((name) => `--${name} needs --live`),
    ...(REGION.test(region) ? [] : [`--region: "${region}" is no region, such as cn-hangzhou`]),
    ...(values.vbr === undefined || /^vbr-[\w-]+$/.test(values.vbr) ? [] : ['--vbr: it begins with vbr-']),
    ...positionals
      .filter((word) => !FACTS.some(({ id }) => selects(word, id)))
      .map((word) => `there is no fact or subject "${word}": --list prints them`),
    ...(values.clean && positionals.length > 0 ? ['--clean takes no facts'] : []),
  ]
  if (faults.length > 0) return { ok: false, faults }
  const { endpoint, transcript, vbr } = values
  return {
    ok: true,
    options: {
      live,
      region,
      ...(endpoint !== undefined && { endpoint }),
      ...(transcript !== undefined && { transcript }),
      ...(vbr !== undefined && { vbr }),
      yes: values.yes ?? false,
      clean: values.clean ?? false,
      state: values.state ?? 'cen-attach-conformance.state.json',
      list: values.list ?? false,
      json: values.json ?? false,
      help: values.help ?? false,
      only: positionals,
    },
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      live: { type: 'boolean' },
      region: { type: 'string' },
      endpoint: { type: 'string' },
      vbr: { type: 'string' },
      yes: { type: 'boolean' },
      clean: { type: 'boolean' },
      state: { type: 'string' },
      transcript: { type: 'string' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
