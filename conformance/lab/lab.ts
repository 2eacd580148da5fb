/** What the facts are proven with: accounts, a clock, and resources that are made once, when a fact needs them first. */
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { Clock } from '../../lib/domain/clock.js'
import type { Answer } from '../../lib/domain/failure.js'
import type { CallLimits } from '../../lib/reconcile/driver.js'
import type { StateFile } from '../created/state-file.js'
import { NotRun } from '../facts/fact.js'
import type { AccountName } from './resources.js'

export interface LabAccount {
  readonly name: AccountName
  readonly accountId: string
  /** Each call waits and is repeated while it is throttled. */
  readonly cbn: RpcCall
  /** As `cbn`, without repetition. */
  readonly unrepeated: RpcCall
  /** In the region of the run. */
  readonly vpc: RpcCall
  readonly ram: RpcCall
}

export interface Lab {
  readonly runId: string
  readonly regionId: string
  readonly own: LabAccount
  /** Throws NotRun if its keys were not given. */
  account(name: AccountName): LabAccount
  /** A VBR of the account, for dry runs only; absent if none was given. */
  readonly vbrId?: string
  /** Calls with keys that do not exist. */
  readonly unknownKey: RpcCall
  readonly clock: Clock
  readonly created: StateFile
  /** Aborts when the run is to end: nothing more is created. */
  readonly signal: AbortSignal
  limits(): CallLimits
  /** The result of the fixture, which is made once for all facts. */
  use<T>(fixture: Fixture<T>): Promise<T>
}

export type Fixture<T> = (lab: Lab) => Promise<T>

/** The longest wait for one change: that of Terraform's provider for an attach, in milliseconds. */
export const LONGEST_WAIT_MS = 42 * 60_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** Codes of states that pass: the call is repeated. */
const PASSING = new Set(['busy', 'not-ready', 'throttled', 'unavailable'])

/** Reads until `done` gives a value; throws NotRun when the longest wait is over or the run is to end. */
export async function until<T>(
  lab: Lab,
  what: string,
  done: () => Promise<T | undefined>,
  longestMs = LONGEST_WAIT_MS,
): Promise<T> {
  const endsAtMs = lab.clock.now() + longestMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const value = await done()
    if (value !== undefined) return value
    if (lab.signal.aborted) throw new NotRun('the run was ended')
    if (lab.clock.now() >= endsAtMs) throw new NotRun(`${what} did not happen within ${longestMs / 60_000} minutes`)
    await lab.clock.sleep(pauseMs, lab.signal)
  }
}

/** Makes a write until it is accepted: while the answer is a state that passes it is repeated. Throws NotRun with the code of any other. */
export const accepted = <T>(lab: Lab, what: string, write: () => Promise<Answer<T>>): Promise<T> =>
  until(lab, what, async () => {
    if (lab.signal.aborted) throw new NotRun('the run was ended')
    const answer = await write()
    if (answer.ok) return answer.value
    if (!PASSING.has(answer.failure.kind)) throw new NotRun(`${what}: ${answer.failure.code}`)
    return undefined
  })

/** The value of an answer; throws NotRun with the code of a failure. */
export function answered<T>(answer: Answer<T>, what: string): T {
  if (answer.ok) return answer.value
  throw new NotRun(`${what}: ${answer.failure.code}`)
}

/** `accepted`, or the code of the refusal. */
export const codeOf = (answer: Answer<unknown>): string => (answer.ok ? 'accepted' : answer.failure.code)

/** A token of its own for each call of a run. */
export const token = (lab: Lab, name: string): string => `${lab.runId}-${name}`.slice(0, 64)
