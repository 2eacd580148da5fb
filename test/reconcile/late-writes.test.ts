/** No change leaves after `notAfter` or without the consent of the policy, although a pass takes its time: on the virtual clock. */
import { describe, expect, it } from 'vitest'
import { createPolicy } from '../../lib/policy/policy.js'
import { readPolicyFile } from '../../lib/policy/schema.js'
import { detach, detachSim, ENTERPRISE, OWNER, VPC } from '../support/sim/detach.js'
import { createSim, request } from '../support/sim/sim.js'

const START_MS = Date.parse('2026-11-25T12:00:00Z')
const LATENCY_MS = 1_000
const EDITIONS = [
  ['Basic Edition', {}],
  ['Enterprise Edition', ENTERPRISE],
] as const

/** When the calls left, in milliseconds after `fromMs`: the emulator notes them half-way. */
const sentAfter = ({ emulator }: ReturnType<typeof createSim>, actions: RegExp, fromMs: number): number[] =>
  emulator.journal
    .filter(({ action }) => actions.test(action))
    .map(({ atMs }) => atMs - LATENCY_MS - fromMs)
    .filter((ms) => ms >= 0)

const ofOwner = {
  childInstances: [{ childInstanceId: VPC, ownerId: OWNER, regionId: 'cn-hangzhou' }],
  roles: [{ roleName: 'grantor', accountId: OWNER }],
}
const owned = (notAfterMs: number) => ({
  childInstanceId: VPC,
  childInstanceOwnerId: OWNER,
  notAfter: new Date(notAfterMs).toISOString(),
})

describe('after notAfter', () => {
  const ends = [4_000, 5_000, 5_500, 6_000, 6_500, 7_500, 9_000, 11_000, 13_000]

  it.each(ends)('no detach is sent once its account was read: %d ms', async (leftMs) => {
    const sim = detachSim({ latencyMs: LATENCY_MS, world: ofOwner })
    sim.queue.send(detach(owned(START_MS + leftMs)))
    await sim.run()
    expect(sentAfter(sim, /^Detach/, START_MS + leftMs)).toEqual([])
  })

  it.each(EDITIONS)('no grant is made, on %s', async (_name, edition) => {
    for (const leftMs of ends) {
      const world = { ...edition, ...ofOwner, grantsMade: false }
      const sim = createSim({ latencyMs: LATENCY_MS, grantRole: 'grantor', world })
      sim.queue.send(request(owned(START_MS + leftMs)))
      await sim.run()
      expect(sentAfter(sim, /^Grant/, START_MS + leftMs), `${leftMs} ms`).toEqual([])
    }
  })

  it.each(EDITIONS)('no grant is taken back, on %s', async (_name, edition) => {
    for (const leftMs of ends) {
      const world = { ...edition, ...ofOwner, attached: [] }
      const sim = detachSim({ latencyMs: LATENCY_MS, grantRole: 'grantor', world })
      sim.queue.send(detach({ ...owned(START_MS + leftMs), revokeGrant: true }))
      await sim.run()
      expect(sentAfter(sim, /^Revoke/, START_MS + leftMs), `${leftMs} ms`).toEqual([])
    }
  })
})

it.each(EDITIONS)('nothing is written in a freeze that begins within the pass, on %s', async (_name, edition) => {
  for (const atMs of [500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 10_000]) {
    const from = new Date(START_MS + atMs).toISOString()
    const read = readPolicyFile(
      JSON.stringify({
        version: 1,
        freezes: [{ from, until: '2026-11-26T12:00:00Z' }],
        rules: [{ id: 'a', senders: ['*'], cenIds: ['*'], ownerIds: ['*'] }],
      }),
    )
    if (!read.ok) throw new Error(JSON.stringify(read.faults))
    const childInstances = [{ childInstanceId: VPC, regionId: 'cn-hangzhou' }]
    const policy = createPolicy(read.file)
    const sim = createSim({ latencyMs: LATENCY_MS, policy, world: { ...edition, childInstances } })
    sim.queue.send(request({ childInstanceId: VPC }), { senderId: 'AIDAX' })
    await sim.run()
    expect(sentAfter(sim, /^(?:Attach|Create|Associate|Enable)/, START_MS + atMs), from).toEqual([])
  }
})
