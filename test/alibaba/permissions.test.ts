/** Least privilege at Alibaba: the table lists the calls of the code, and its policies allow them, no more and no less. */
import { readdirSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { alibabaPermissionsMarkdown, awsPermissionsMarkdown, RAM_FILES } from '../../docs/generate/permissions.js'
import { createDirectCalls } from '../../lib/alibaba/basic/direct-calls.js'
import { createOwnerGrant, type MakeGrant } from '../../lib/alibaba/basic/owner-grant.js'
import { DETACH_PERMISSIONS } from '../../lib/alibaba/detach/permissions.js'
import { ALIBABA_PERMISSIONS, policyFor } from '../../lib/alibaba/permissions.js'
import { type Attachment, CHILD_INSTANCE_TYPES } from '../../lib/domain/attachment.js'
import { grantCall } from '../../lib/domain/grant-call.js'
import { RamPolicy } from '../../lib/emulator/auth/ram-policy.js'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { basicEverywhere } from '../support/basic-world.js'
import { emulatedCall } from '../support/sim/sim.js'

const OWNER = '1700000000000007'
const attachment = (childInstanceType: Attachment['childInstanceType'], owner?: string): Attachment => ({
  cenId: 'cen-1',
  childInstanceId: `${childInstanceType.toLowerCase()}-${owner ?? 'ours'}`,
  childInstanceType,
  childInstanceRegionId: childInstanceType === 'CCN' ? 'ccn-cn-shanghai' : 'cn-hangzhou',
  ...(owner !== undefined && { childInstanceOwnerId: owner }),
})
const ATTACHMENTS = CHILD_INSTANCE_TYPES.flatMap((type) => [attachment(type), attachment(type, OWNER)])
const VERSIONS = {
  cbn: '2017-09-12',
  sts: '2015-04-01',
  vpc: '2016-04-28',
  smartag: '2018-03-13',
  ram: '2015-05-01',
} as const

const filled = (policy: object): RamPolicy =>
  v.parse(
    RamPolicy,
    JSON.parse(JSON.stringify(policy).replaceAll('ACCOUNT', HOME_ACCOUNT.accountId).replaceAll('ROLE', 'grantor')),
  )

/** Makes every call of the driver, as a role with these policies; resolves to the actions, the denied calls and the attachments. */
async function callAll(worker: RamPolicy, grantor: RamPolicy) {
  const grantsMissing = ATTACHMENTS.map(({ childInstanceId }) => ({ childInstanceId }))
  const roles = [{ roleName: 'grantor', policy: grantor }]
  const reading = readWorldFile(
    JSON.stringify(basicEverywhere({ grantsMissing, roles, limits: { grantMs: 0, attachMs: 0 } })),
  )
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const emulator = createEmulator(reading.world, systemClock, Math.random)
  const session = { ...HOME_ACCOUNT, roleName: 'worker', roleId: '3', sessionName: 's', expiresAtMs: Infinity }
  const keys = emulator.world.sessions.open({ ...session, policies: [worker] }, Math.random)
  const call = (product: keyof typeof VERSIONS, accessKeyId = keys.accessKeyId) =>
    emulatedCall(emulator, VERSIONS[product], async () => undefined, accessKeyId)
  const make: MakeGrant = ({ product, operation, parameters }, _token, { accessKeyId }, limits) =>
    call(product, accessKeyId)(operation, parameters, limits)
  const ownerGrant = createOwnerGrant(call('sts'), { name: 'grantor', sessionName: 'test' }, make)
  const calls = createDirectCalls({ cbn: call('cbn'), sts: call('sts') }, systemClock, { ownerGrant })
  const limits = { deadlineMs: Infinity }
  for (const one of ATTACHMENTS) {
    await calls.cenExists(one.cenId, limits)
    await calls.isGranted(one, limits)
    await calls.attach(one, limits)
    if (one.childInstanceOwnerId) await calls.grant?.(one, 'token', limits)
    await calls.attach(one, limits)
    await calls.attachedTo(one, limits)
    await calls.readState(one, limits)
  }
  await Promise.all(ATTACHMENTS.map((one) => calls.readState(one, limits)))
  const denied = emulator.journal.filter(({ code }) => ['Unauthorized', 'NoPermission', 'Forbidden.RAM'].includes(code))
  const attached = emulator.world.records(Date.now()).map(({ childInstanceId }) => childInstanceId)
  return { called: new Set(emulator.journal.map(({ action }) => action)), denied, attached }
}

/** The one call of the table that only a detach makes; detach-permissions.test.ts has the others. */
const DETACH = 'DetachCenChildInstance'
const WORKER = filled(policyFor('the CENs'))
const GRANTOR = filled(policyFor('the owner of the child instance'))

describe('the Alibaba permissions', () => {
  it('name every call in the code, and no other', () => {
    const folder = 'lib/alibaba'
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    const sources = files.map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    const direct = sources.flatMap((text) => [...text.matchAll(/\bcall\(\s*'(\w+)'/g)].map(([, name]) => name))
    const grants = CHILD_INSTANCE_TYPES.map((type) => grantCall(attachment(type, OWNER), '1').operation)
    expect([...new Set([...direct, ...grants])].sort()).toEqual(
      [...ALIBABA_PERMISSIONS.map((one) => one.call), DETACH].sort(),
    )
    expect(DETACH_PERMISSIONS.map((one) => one.call)).toContain(DETACH)
  })

  it('are sufficient: no call is denied, and every network is attached', async () => {
    const { called, denied, attached } = await callAll(WORKER, GRANTOR)
    expect(denied).toEqual([])
    expect(attached.sort()).toEqual(ATTACHMENTS.map(({ childInstanceId }) => childInstanceId).sort())
    const unsigned = ['AssumeRoleWithOIDC']
    const ofDriver = ALIBABA_PERMISSIONS.filter((one) => one.in !== 'the CENs, by `doctor` only')
    expect([...called, ...unsigned].sort()).toEqual(ofDriver.map((one) => one.call).sort())
  })

  const allowances = (policy: RamPolicy) =>
    policy.Statement.flatMap(({ Action, Resource }) => [Resource].flat().map((resource) => [String(Action), resource]))
  const without = (policy: RamPolicy, action: string, resource: string): RamPolicy => ({
    ...policy,
    Statement: policy.Statement.map((statement) =>
      statement.Action === action
        ? { ...statement, Resource: [statement.Resource].flat().filter((one) => one !== resource) }
        : statement,
    ),
  })

  it.each(allowances(WORKER))(
    'are necessary: without %s on %s a call of the worker is denied',
    async (...allowance) => {
      expect((await callAll(without(WORKER, allowance[0] ?? '', allowance[1] ?? ''), GRANTOR)).denied).not.toEqual([])
    },
  )

  it.each(allowances(GRANTOR))(
    'are necessary: without %s on %s a grant for an owner is denied',
    async (...allowance) => {
      expect((await callAll(WORKER, without(GRANTOR, allowance[0] ?? '', allowance[1] ?? ''))).denied).not.toEqual([])
    },
  )

  it('are the same in the docs and in the code', () => {
    expect(readFileSync('docs/permissions.md', 'utf8')).toBe(
      `${alibabaPermissionsMarkdown()}\n${awsPermissionsMarkdown()}`,
    )
    expect(readdirSync('docs/ram').sort()).toEqual(Object.keys(RAM_FILES).sort())
    for (const [name, content] of Object.entries(RAM_FILES))
      expect(JSON.parse(readFileSync(`docs/ram/${name}`, 'utf8'))).toEqual(content)
  })
})
