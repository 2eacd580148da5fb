import { describe, expect, it } from 'vitest'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'

const SERVICE_ROLE = 'AliyunServiceRoleForCEN'

/** The code of GetRole for a role name, in an emulated world. */
function codeOf(RoleName: string, world: object = {}) {
  const reading = readWorldFile(JSON.stringify(world))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const emulator = createEmulator(reading.world, { now: () => 0 }, () => 0.5)
  const call = {
    action: 'GetRole',
    version: '2015-05-01',
    parameters: { RoleName },
    caller: { ...HOME_ACCOUNT, ...reading.world.accounts[0] },
  }
  return emulator.handle(call).answer.body.Code
}

describe('GetRole', () => {
  it.each<[string, string, object, string | undefined]>([
    ['finds a role of the world', 'worker', { roles: [{ roleName: 'worker' }] }, undefined],
    [
      'finds no role of another account',
      'worker',
      { roles: [{ roleName: 'worker', accountId: '17' }] },
      'EntityNotExist.Role',
    ],
    ['finds the service-linked role of CEN', SERVICE_ROLE, {}, undefined],
    [
      'finds none in an account without it',
      SERVICE_ROLE,
      { accounts: [{ accountId: HOME_ACCOUNT.accountId, serviceLinkedRole: false }] },
      'EntityNotExist.Role',
    ],
    [
      'is denied by RAM',
      'worker',
      { accounts: [{ accountId: HOME_ACCOUNT.accountId, denied: ['ram:GetRole'] }] },
      'NoPermission',
    ],
  ])('%s', (_name, role, world, code) => {
    expect(codeOf(role, world)).toBe(code)
  })
})
