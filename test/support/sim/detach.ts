/** Simulations of detaches: a policy that allows them, and what the emulator's journal says was written. */
import type { JournalEntry } from '../../../lib/emulator/emulator.js'
import { allowAll, type Policy } from '../../../lib/policy/policy.js'
import { createSim, request, type SimOptions } from './sim.js'

export const BOTH_ACTIONS: Policy = { ...allowAll, evaluate: () => ({ answer: 'allowed', rule: 'both' }) }

export const ENTERPRISE = { editions: { default: 'Enterprise' } }
/** The network of the tests; its attachment and its tables in the emulator. */
export const VPC = 'vpc-app'
export const OWNER = '1700000000000002'
export const ATTACHED = [{ cenId: 'cen-one', childInstanceId: VPC }]

interface World {
  readonly attached?: readonly { readonly childInstanceId: string }[]
  readonly childInstances?: readonly { readonly childInstanceId: string }[]
}

/** Every attached network is known, in cn-hangzhou unless it says otherwise. */
export function detachSim({ world, ...options }: SimOptions = {}) {
  const { attached = ATTACHED, childInstances = [], ...rest } = (world ?? {}) as World
  const known = new Map<string, object>(attached.map(({ childInstanceId }) => [childInstanceId, { childInstanceId }]))
  for (const child of childInstances) known.set(child.childInstanceId, child)
  const all = [...known.values()].map((child) => ({ regionId: 'cn-hangzhou', ...child }))
  return createSim({ policy: BOTH_ACTIONS, ...options, world: { ...rest, attached, childInstances: all } })
}

export const detach = (fields: Record<string, unknown> = {}): string =>
  request({ childInstanceId: VPC, action: 'detach', ...fields })

const READS = /^(?:Describe|List|Get|Check|AssumeRole)/
/** The writes that had an effect, in order. */
export const writesOf = (journal: readonly JournalEntry[]): string[] =>
  journal.filter(({ action, code }) => !READS.test(action) && code === 'OK').map(({ action }) => action)

/** Every write that was sent, with its answer. */
export const sentWrites = (journal: readonly JournalEntry[]): string[] =>
  journal.filter(({ action }) => !READS.test(action)).map(({ action, code }) => `${action} ${code}`)
