/** Every fact can fail: a second emulator, with other times and answers, makes each of them differ. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFORMANCE_ACTIONS } from '../../conformance/actions.js'
import { createStateFile } from '../../conformance/created/state-file.js'
import { FACTS } from '../../conformance/facts/catalogue.js'
import { EXIT, main } from '../../conformance/main.js'
import { createLab, type FactResult, runFacts } from '../../conformance/run-facts.js'
import { openAccounts, unknownKeyCall } from '../../conformance/targets/accounts.js'
import { startEmulatorTarget } from '../../conformance/targets/emulator.js'
import { createTranscript, type TranscriptLine } from '../../conformance/transcript.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { twisted } from './second-emulator.js'
import { GROUPS, NEVER_RUN } from './twists.js'

const REGION = 'cn-hangzhou'
const PRODUCTS: Readonly<Record<string, string>> = { cbn: 'cen', vpc: 'vpc', ram: 'ram' }
/** The action of errors.unknown-action. */
const NO_ACTION = 'DescribeConformanceOfNothing'

async function resultsOf(ids: readonly string[], { world = {}, twists = [] }: (typeof GROUPS)[number]) {
  const target = await startEmulatorTarget(REGION, world, twisted(twists))
  try {
    const transcript = createTranscript(target.clock)
    const created = createStateFile(undefined, { runId: 'second00', regionId: REGION, accounts: {}, resources: [] })
    const lab = createLab({
      accounts: await openAccounts(target, transcript),
      runId: 'second00',
      regionId: REGION,
      unknownKey: unknownKeyCall(target, transcript),
      clock: target.clock,
      created,
      vbrId: String(target.vbrId),
      signal: new AbortController().signal,
    })
    return await runFacts(
      FACTS.filter(({ id }) => ids.includes(id)),
      lab,
      transcript,
    )
  } finally {
    await target.stop()
  }
}

describe('a run against the emulator', () => {
  it('is the same in every fact that is run, and calls what its policies allow, and nothing else', async () => {
    const printed: string[] = []
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
    const transcript = join(folder, 'transcript.jsonl')
    const code = await main(['--json', '--transcript', transcript], {
      env: {},
      clock: systemClock,
      terminal: { isInteractive: false, show: () => {}, ask: async () => undefined },
      print: (text) => void printed.push(text),
      signal: new AbortController().signal,
      newRunId: () => 'emulated0',
    })
    const { facts, left } = JSON.parse(printed.join('')) as { facts: FactResult[]; left: string[] }
    expect(facts.filter(({ status }) => status === 'different')).toEqual([])
    expect([code, left]).toEqual([EXIT.same, []])
    expect(facts.filter(({ status }) => status === 'not run').map(({ id }) => id)).toEqual(NEVER_RUN)
    expect(facts.filter(({ status, calls }) => status === 'same' && calls.length > 0).length).toBeGreaterThan(50)

    const lines = readFileSync(transcript, 'utf8').trimEnd().split('\n')
    rmSync(folder, { recursive: true })
    const calls = lines.map((line) => JSON.parse(line) as TranscriptLine)
    for (const [account, ofProducts] of Object.entries(CONFORMANCE_ACTIONS))
      for (const [product, allowed] of Object.entries(ofProducts)) {
        const called = calls.filter((call) => call.account === account && PRODUCTS[call.product] === product)
        // Called only where a creation does not set the tag.
        const expected = allowed.filter((action) => action !== 'TagResources')
        const actions = new Set(called.map(({ action }) => action).filter((action) => action !== NO_ACTION))
        expect([account, product, [...actions].sort()]).toEqual([account, product, [...expected].sort()])
      }
  })
})

describe('a difference is reported:', () => {
  it.each(GROUPS)('$name', async (group) => {
    const results = await resultsOf(group.differ, group)
    const missed = results.filter(({ status }) => status !== 'different')
    expect(missed.map(({ id, expected, seen, reason }) => ({ id, expected, seen, reason }))).toEqual([])
    expect(results).toHaveLength(group.differ.length)
  })

  it('for every fact that is run', () => {
    const covered = new Set([...NEVER_RUN, ...GROUPS.flatMap(({ differ }) => differ)])
    expect(FACTS.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([])
  })
})
