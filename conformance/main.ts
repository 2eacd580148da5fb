/** The suite as a program: options, consent, facts, clean-up, report, exit code. */
import type { Terminal } from '../functions/terminal/ask.js'
import type { Environment } from '../lib/config/setting-reader.js'
import type { Clock } from '../lib/domain/clock.js'
import { clean } from './created/clean.js'
import { createStateFile, readState, type StateFile } from './created/state-file.js'
import { FACTS } from './facts/catalogue.js'
import { CERTAINTIES } from './facts/fact.js'
import type { LabAccount } from './lab/lab.js'
import type { AccountName } from './lab/resources.js'
import { HELP, type Options, readOptions, selects } from './options.js'
import { planText } from './plan-text.js'
import { createLab, runFacts } from './run-facts.js'
import { countsOf, differenceText, resultTable, summaryText } from './table.js'
import { openAccounts, type Target, unknownKeyCall } from './targets/accounts.js'
import { startEmulatorTarget } from './targets/emulator.js'
import { readLiveTarget } from './targets/live.js'
import { createTranscript } from './transcript.js'

export interface Host {
  readonly env: Environment
  /** Of a run in a real account. */
  readonly clock: Clock
  /** Questions, and everything that is no result. */
  readonly terminal: Terminal
  /** A result. */
  readonly print: (text: string) => void
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
  /** A new id of a run: 8 to 20 characters of a-z and 0-9. */
  readonly newRunId: () => string
}

export const EXIT = { same: 0, different: 1, usage: 2, ended: 130 } as const

type Accounts = Partial<Record<AccountName, LabAccount>> & { readonly own: LabAccount }

/** Gives the exit code. Rejects only on a fault of the suite itself. */
export async function main(args: readonly string[], host: Host): Promise<number> {
  const reading = readOptions(args)
  if (!reading.ok) return wrongUse(host, reading.faults)
  const { options } = reading
  if (options.help) {
    host.print(HELP)
    return EXIT.same
  }
  if (options.list) {
    host.print(listText(options))
    return EXIT.same
  }
  if (!options.live) {
    const target = await startEmulatorTarget(options.region)
    try {
      return await run(options, host, target, undefined)
    } finally {
      await target.stop()
    }
  }
  const live = readLiveTarget(host.env, options.region, host.clock, options.endpoint)
  if (!live.ok) return wrongUse(host, live.faults)
  try {
    return await (options.clean ? cleanUp(options, host, live.target) : run(options, host, live.target, options.state))
  } catch (error) {
    if (error instanceof Refused) return wrongUse(host, [error.message])
    throw error
  }
}

/** Nothing was created; the message is the reason. */
class Refused extends Error {}

function wrongUse({ terminal }: Host, faults: readonly string[]): number {
  for (const fault of faults) terminal.show(fault)
  terminal.show('npm run conformance -- --help prints the options.')
  return EXIT.usage
}

const chosenOf = ({ only }: Options) =>
  FACTS.filter(({ id }) => only.length === 0 || only.some((word) => selects(word, id)))

function listText(options: Options): string {
  const facts = chosenOf(options)
  if (options.json)
    return JSON.stringify(facts.map(({ prove: _, expected, ...fact }) => ({ ...fact, expected: expected.text })))
  return [
    ...facts.map(({ id, certainty, sentence }) => `${id} [${certainty}] ${sentence}`),
    '',
    ...Object.entries(CERTAINTIES).map(([mark, meaning]) => `[${mark}] ${meaning}`),
  ].join('\n')
}

const idsOf = (accounts: Accounts): Record<string, string> =>
  Object.fromEntries(Object.entries(accounts).map(([name, { accountId }]) => [name, accountId]))

async function open(target: Target, transcript: ReturnType<typeof createTranscript>): Promise<Accounts> {
  try {
    return await openAccounts(target, transcript)
  } catch (error) {
    throw new Refused((error as Error).message)
  }
}

function earlierRun(path: string) {
  try {
    return readState(path)
  } catch (error) {
    throw new Refused((error as Error).message)
  }
}

/** `statePath` is undefined for the emulator: nothing is asked, and no file is written but a transcript. */
async function run(options: Options, host: Host, target: Target, statePath: string | undefined): Promise<number> {
  const { terminal, signal } = host
  const runId = host.newRunId()
  if (statePath !== undefined && earlierRun(statePath) !== undefined)
    throw new Refused(`${statePath} has what an earlier run left: first npm run conformance -- --live --clean`)
  const transcriptPath = options.transcript ?? (statePath && `cen-attach-conformance-${runId}.jsonl`)
  const accounts = await open(target, createTranscript(target.clock))
  if (statePath !== undefined) {
    terminal.show(
      planText({
        target: target.name,
        runId,
        regionId: target.regionId,
        accounts: idsOf(accounts),
        statePath,
        transcriptPath: String(transcriptPath),
      }),
    )
    await askConsent(options, host)
  }
  const transcript = createTranscript(target.clock, transcriptPath)
  const recorded = await open(target, transcript)
  const created = createStateFile(statePath, {
    runId,
    regionId: target.regionId,
    accounts: idsOf(recorded),
    resources: [],
  })
  const { regionId, clock } = target
  const unknownKey = unknownKeyCall(target, transcript)
  const vbrId = options.vbr ?? target.vbrId
  const parts = { accounts: recorded, runId, regionId, clock, created, signal, unknownKey }
  const lab = createLab({ ...parts, ...(vbrId !== undefined && { vbrId }) })
  const startedMs = clock.now()
  const progress = statePath === undefined ? () => {} : terminal.show
  const results = await runFacts(chosenOf(options), lab, transcript, ({ id, status, seen, reason }) =>
    progress(`${status.padEnd(9)} ${id}: ${seen ?? reason}`),
  )
  const left = await clean({ accounts: recorded, created, clock, report: progress })
  if (left.length === 0) created.remove()
  const counts = countsOf(results)
  const facts = {
    target: target.name,
    regionId,
    runId,
    tookMs: clock.now() - startedMs,
    counts,
    left,
    ...(transcriptPath !== undefined && { transcript: transcriptPath }),
    facts: results,
  }
  if (options.json) host.print(JSON.stringify(facts))
  else
    host.print(
      [resultTable(results), differenceText(results), summaryText(counts)].filter((text) => text !== '').join('\n\n'),
    )
  reportLeft(host, left, statePath)
  if (signal.aborted) return EXIT.ended
  return counts.different > 0 || left.length > 0 ? EXIT.different : EXIT.same
}

async function askConsent({ yes }: Options, { terminal }: Host): Promise<void> {
  if (yes) return
  if (!terminal.isInteractive) throw new Refused('nobody can be asked here: --yes starts without a question')
  const typed = await terminal.ask('Type yes to start: ')
  if (typed?.trim() !== 'yes') throw new Refused('not started, nothing was created')
}

function reportLeft({ terminal }: Host, left: readonly string[], statePath: string | undefined): void {
  if (left.length === 0) return
  terminal.show(`Not deleted, and billed on if it is attached:\n${left.map((text) => `  ${text}`).join('\n')}`)
  if (statePath !== undefined) terminal.show(`${statePath} has the ids: npm run conformance -- --live --clean`)
}

/** Deletes what the state file of an earlier run has. */
async function cleanUp(options: Options, host: Host, target: Target): Promise<number> {
  const { terminal } = host
  const state = earlierRun(options.state)
  if (state === undefined) {
    terminal.show(`${options.state} does not exist: no run has left anything that this file could name`)
    return EXIT.same
  }
  const accounts = await open(target, createTranscript(target.clock, options.transcript))
  const other = Object.entries(state.accounts).filter(
    ([name, id]) => accounts[name as AccountName] !== undefined && accounts[name as AccountName]?.accountId !== id,
  )
  if (other.length > 0)
    throw new Refused(
      `the run was in other accounts: ${other.map(([name, id]) => `"${name}" was ${id}`).join(', ')}; use those keys`,
    )
  if (state.regionId !== options.region)
    throw new Refused(`the run was in ${state.regionId}: add --region ${state.regionId}`)
  const created: StateFile = createStateFile(options.state, state)
  const left = await clean({ accounts, created, clock: target.clock, report: terminal.show })
  if (left.length === 0) created.remove()
  const deleted = created.state.resources.filter((one) => one.deleted).map(({ name }) => name)
  if (options.json) host.print(JSON.stringify({ runId: state.runId, deleted, left }))
  else terminal.show(`${deleted.length} of ${state.resources.length} resources of the run ${state.runId} are gone`)
  reportLeft(host, left, options.state)
  return left.length > 0 ? EXIT.different : EXIT.same
}
