/** Requests that cannot be carried out, from the queue to the dead letter: one refusal with every fault, and no write. */
import { describe, expect, it } from 'vitest'
import { writesOf } from '../../support/sim/enterprise-invariants.js'
import { createSim, request } from '../../support/sim/sim.js'

const HANGZHOU = 'cn-hangzhou'
const ENTERPRISE = {
  editions: { default: 'Enterprise' },
  cens: [
    { cenId: 'cen-one', transitRouters: [{ regionId: HANGZHOU }] },
    { cenId: 'cen-two', transitRouters: [{ regionId: HANGZHOU, routeTables: [{ routeTableId: 'vtb-of-two' }] }] },
  ],
  childInstances: [{ childInstanceId: 'vpc-b', regionId: HANGZHOU }],
}
const BASIC = { editions: { default: 'Basic' } }
const zone = (letter: string, vSwitchId: string) => ({ zoneId: `${HANGZHOU}-${letter}`, vSwitchId })

describe('a request is refused once, and nothing is written', () => {
  it.each<[string, object, object, string, RegExp[]]>([
    [
      'fields that are for Enterprise Edition, where the region has Basic',
      BASIC,
      { zoneMappings: [zone('h', 'vsw-a-h')], associationRouteTableId: 'default', vpcRoutes: 'none' },
      'RequestInvalid',
      [/zoneMappings: is for Enterprise/, /associationRouteTableId: is for/, /vpcRoutes: is for Enterprise Edition/],
    ],
    [
      'fields that a VBR has not',
      ENTERPRISE,
      { childInstanceId: 'vbr-a', zoneMappings: [zone('h', 'vsw-a-h')], vpcRoutes: 'private', revokeGrant: true },
      'RequestInvalid',
      [/zoneMappings: does not fit a VBR/, /vpcRoutes: does not fit a VBR/, /revokeGrant: does not fit the action/],
    ],
    [
      'a zone twice, a vSwitch twice, blocks that overlap, a table twice',
      ENTERPRISE,
      {
        zoneMappings: [zone('h', 'vsw-a-h'), zone('h', 'vsw-a-i'), zone('i', 'vsw-a-h')],
        vpcRoutes: ['10.0.0.0/8', '10.8.0.0/16'],
        propagationRouteTableIds: ['vtb-x', 'vtb-x'],
      },
      'RequestInvalid',
      [
        /zoneMappings\[1\]\.zoneId: repeats/,
        /zoneMappings\[2\]\.vSwitchId: repeats/,
        /vpcRoutes\[1\]: overlaps vpcRoutes\[0\]/,
        /propagationRouteTableIds\[1\]: repeats/,
      ],
    ],
    [
      'a vSwitch of another VPC, one of another zone, and tables of another router',
      ENTERPRISE,
      {
        zoneMappings: [zone('h', 'vsw-b-h'), zone('i', 'vsw-a-j')],
        associationRouteTableId: 'vtb-of-two',
        propagationRouteTableIds: ['vtb-of-two', 'vtb-of-none'],
      },
      'RequestInvalid',
      [
        /zoneMappings\[0\]\.vSwitchId: vsw-b-h is no vSwitch of vpc-a/,
        /zoneMappings\[1\]\.vSwitchId: vsw-a-j is in cn-hangzhou-j, not in cn-hangzhou-i/,
        /associationRouteTableId: vtb-of-two is no route table of tr-one/,
        /propagationRouteTableIds\[0\]: vtb-of-two is no/,
        /propagationRouteTableIds\[1\]: vtb-of-none is no/,
      ],
    ],
    [
      'the same of a VPC that is attached already',
      { ...ENTERPRISE, attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-b', vpcRoutes: 'none' }] },
      { childInstanceId: 'vpc-b', associationRouteTableId: 'vtb-of-two', propagationRouteTableIds: ['vtb-of-none'] },
      'RequestInvalid',
      [/associationRouteTableId: vtb-of-two is no/, /propagationRouteTableIds\[0\]: vtb-of-none is no/],
    ],
    [
      'a text that is no region',
      ENTERPRISE,
      { childInstanceRegionId: 'hangzhou.evil.example', cenId: 'one' },
      'RequestInvalid',
      [/cenId: must be/, /childInstanceRegionId: must be the id of a region/],
    ],
    ['a region that does not exist', ENTERPRISE, { childInstanceRegionId: 'cn-atlantis' }, '', [/region/i]],
    [
      'a region that does not exist, named with zones',
      ENTERPRISE,
      { childInstanceRegionId: 'cn-atlantis', zoneMappings: [zone('h', 'vsw-a-h')], vpcRoutes: 'none' },
      '',
      [/region/i],
    ],
  ])('%s', async (_name, world, fields, code, messages) => {
    const sim = createSim({ world })
    sim.queue.send(request({ cenId: 'cen-one', childInstanceId: 'vpc-a', childInstanceRegionId: HANGZHOU, ...fields }))
    await sim.run()
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['failed'])
    const error = sim.results[0]?.data.error
    if (code !== '') expect(error?.code).toBe(code)
    for (const message of messages) expect(`${error?.message} ${error?.advice}`).toMatch(message)
    expect(error?.advice).toMatch(/\w/)
    const [deadLetter, ...others] = sim.queue.deadLetters
    expect(others).toEqual([])
    expect(deadLetter?.attributes.reason).toBe(code === '' ? 'rejected' : 'invalid-request')
    expect(writesOf(sim.emulator.journal)).toEqual([])
    expect(sim.deliveries).toHaveLength(1)
  })
})
