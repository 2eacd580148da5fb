/** The emulator without HTTP, on a clock that the test advances: calls by product, for any account or session. */
import { createEmulator } from '../../lib/emulator/emulator.js'
import { ANONYMOUS, type Caller, HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { basicEverywhere } from './basic-world.js'
import { seeded } from './sim/sim.js'

export const HOME: string = HOME_ACCOUNT.accountId
export const OWNER = '1700000000000002'
export const OTHER = '1700000000000003'
export const START = Date.parse('2026-11-25T12:00:00Z')

const VERSIONS = { cbn: '2017-09-12', vpc: '2016-04-28', smartag: '2018-03-13', sts: '2015-04-01' } as const

/** `vpc:GrantInstanceToCen` */
export type Operation = `${keyof typeof VERSIONS}:${string}`

export function createTestEmulator(world: object = {}) {
  const reading = readWorldFile(JSON.stringify(basicEverywhere(world)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  let nowMs = START
  const emulator = createEmulator(reading.world, { now: () => nowMs }, seeded(7))
  const callerOf = (who: string): Caller => {
    const caller = emulator.world.accountOfKey(who) ?? emulator.world.account(who)
    return who === ANONYMOUS.accountId ? ANONYMOUS : (caller ?? { accountId: who })
  }
  /** `who` is an account id or an access key id. */
  const call = (operation: Operation, parameters: Record<string, string> = {}, who: string = HOME) => {
    const [product, action = ''] = operation.split(':') as [keyof typeof VERSIONS, string]
    const { answer } = emulator.handle({ action, version: VERSIONS[product], parameters, caller: callerOf(who) })
    // biome-ignore lint/suspicious/noExplicitAny: answers are JSON that each test knows
    return { ...answer, body: answer.body as any, code: answer.body.Code as string | undefined }
  }
  return {
    emulator,
    call,
    advance(ms: number) {
      nowMs += ms
    },
    now: () => nowMs,
  }
}
