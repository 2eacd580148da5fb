/** Proves facts one after the other, and compares what was seen with what is expected. */
import type { Fact } from './facts/fact.js'
import { NotRun } from './facts/fact.js'
import type { Fixture, Lab, LabAccount } from './lab/lab.js'
import type { AccountName } from './lab/resources.js'
import type { Transcript } from './transcript.js'

export interface FactResult {
  readonly id: string
  readonly sentence: string
  readonly certainty: Fact['certainty']
  readonly source: string
  readonly question?: number
  readonly assumedIn?: string
  readonly expected: string
  /** Absent if it was not run. */
  readonly seen?: string
  readonly status: 'same' | 'different' | 'not run'
  /** Why it was not run. */
  readonly reason?: string
  /** The actions that were called for it; those for what it shares with an earlier fact stand there. */
  readonly calls: readonly string[]
}

const CALL_MS = 30_000
const MISSING: Readonly<Record<Exclude<AccountName, 'own'>, string>> = {
  owner: 'needs a second account (CONFORMANCE_OWNER_ACCESS_KEY_ID, …)',
  bare: 'needs an account without AliyunServiceRoleForCEN (CONFORMANCE_BARE_ACCESS_KEY_ID, …)',
}

type LabParts = Omit<Lab, 'own' | 'account' | 'use' | 'limits'> & {
  readonly accounts: Partial<Record<AccountName, LabAccount>> & { readonly own: LabAccount }
}

export function createLab({ accounts, ...parts }: LabParts): Lab {
  const results = new Map<Fixture<unknown>, Promise<unknown>>()
  const lab: Lab = {
    ...parts,
    own: accounts.own,
    account(name) {
      const account = accounts[name]
      if (account === undefined) throw new NotRun(MISSING[name as keyof typeof MISSING])
      return account
    },
    limits: () => ({ deadlineMs: parts.clock.now() + CALL_MS }),
    use<T>(fixture: Fixture<T>) {
      const known = results.get(fixture) ?? fixture(lab)
      results.set(fixture, known)
      return known as Promise<T>
    },
  }
  return lab
}

/** `report` gets each result as soon as it is known. Never rejects. */
export async function runFacts(
  facts: readonly Fact[],
  lab: Lab,
  transcript: Transcript,
  report: (result: FactResult) => void = () => {},
): Promise<FactResult[]> {
  const results: FactResult[] = []
  for (const fact of facts) {
    const before = transcript.lines.length
    const outcome = lab.signal.aborted ? ended : await proveFact(fact, lab)
    const { prove: _, expected, ...facts } = fact
    const calls = [...new Set(transcript.lines.slice(before).map(({ action }) => action))]
    const result: FactResult = { ...facts, expected: expected.text, ...outcome, calls }
    results.push(result)
    report(result)
  }
  return results
}

const ended = { status: 'not run', reason: 'the run was ended' } as const

async function proveFact(fact: Fact, lab: Lab): Promise<Pick<FactResult, 'seen' | 'status' | 'reason'>> {
  try {
    const seen = await fact.prove(lab)
    return { seen, status: fact.expected.holds(seen) ? 'same' : 'different' }
  } catch (error) {
    if (error instanceof NotRun) return { status: 'not run', reason: error.message }
    // A fault of the suite: it must not pass for a fact that could not be tried.
    return { seen: `the suite failed: ${(error as Error).message}`, status: 'different' }
  }
}
