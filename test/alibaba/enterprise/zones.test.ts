/** Which vSwitches carry the attachment of a VPC: one row for each rule, with the reason for each zone left out. */
import { describe, expect, it } from 'vitest'
import type { ListedVSwitch } from '../../../lib/alibaba/enterprise/calls/networks.js'
import { checkNamedZones, chooseZones, masterAndSlave, whyLeftOut } from '../../../lib/alibaba/enterprise/zones.js'

const vsw = (id: string, zoneId: string, free?: number, prefix = 24, status = 'Available'): ListedVSwitch => ({
  id,
  zoneId,
  status,
  ...(free !== undefined && { free, prefix }),
})
const AVAILABLE = ['a', 'b', 'c']
const many = Array.from({ length: 12 }, (_, index) => `z${String(index).padStart(2, '0')}`)

describe('the zones of an attachment', () => {
  it.each<[string, ListedVSwitch[], string, RegExp[]]>([
    [
      'are all in which a vSwitch has 8 free addresses',
      [vsw('1', 'a', 8), vsw('2', 'b', 252), vsw('3', 'c', 9)],
      'a=1 b=2 c=3',
      [],
    ],
    [
      'leave out one with fewer',
      [vsw('1', 'a', 8), vsw('2', 'b', 7), vsw('3', 'c', 9)],
      'a=1 c=3',
      [/^b is left out: no vSwitch there has 8 free addresses \(at most 7\)/],
    ],
    [
      'are those with one free address, if none has 8',
      [vsw('1', 'a', 7), vsw('2', 'b', 1), vsw('3', 'c', 0)],
      'a=1 b=2',
      [/^c is left out: no vSwitch there has 1 free address/, /fewer are taken/],
    ],
    [
      'leave out one without a vSwitch',
      [vsw('1', 'a', 8), vsw('2', 'b', 8)],
      'a=1 b=2',
      [/^c is left out: the VPC has no vSwitch there/],
    ],
    [
      'leave out one that transit routers do not support',
      [vsw('1', 'a', 8), vsw('2', 'b', 8), vsw('3', 'c', 8), vsw('4', 'd', 8)],
      'a=1 b=2 c=3',
      [/^d is left out: transit routers do not support it/],
    ],
    [
      'leave out one whose vSwitch is Pending',
      [vsw('1', 'a', 8), vsw('2', 'b', 8, 24, 'Pending'), vsw('3', 'c', 8)],
      'a=1 c=3',
      [/^b is left out: 2 is Pending/],
    ],
    [
      'may be a single one, and the choice says what that means',
      [vsw('1', 'a', 8)],
      'a=1',
      [/^b is/, /^c is/, /Only a is usable/],
    ],
    [
      'take the smallest block of a zone',
      [vsw('1', 'a', 60, 16), vsw('2', 'a', 60, 28), vsw('3', 'b', 8), vsw('4', 'c', 8)],
      'a=2 b=3 c=4',
      [],
    ],
    [
      'take the fewest free addresses of blocks of one size',
      [vsw('1', 'a', 60), vsw('2', 'a', 9), vsw('3', 'b', 8), vsw('4', 'c', 8)],
      'a=2 b=3 c=4',
      [],
    ],
    [
      'take the first id of equal ones',
      [vsw('2', 'a', 9), vsw('1', 'a', 9), vsw('3', 'b', 8), vsw('4', 'c', 8)],
      'a=1 b=3 c=4',
      [],
    ],
    [
      'take the first id of each zone, if free addresses are not reported',
      [vsw('2', 'a'), vsw('1', 'a'), vsw('3', 'b'), vsw('4', 'c')],
      'a=1 b=3 c=4',
      [],
    ],
  ])('%s', (_name, vSwitches, chosen, reasons) => {
    const choice = chooseZones({ available: AVAILABLE }, vSwitches)
    expect(choice.mappings.map(({ zoneId, vSwitchId }) => `${zoneId}=${vSwitchId}`).join(' ')).toBe(chosen)
    expect(choice.reasons).toHaveLength(reasons.length)
    for (const [index, reason] of reasons.entries()) expect(choice.reasons[index]).toMatch(reason)
    expect(choice.pending).toBeUndefined()
  })

  it('are at most 10', () => {
    const choice = chooseZones(
      { available: many },
      many.map((zone) => vsw(`vsw-${zone}`, zone, 8)),
    )
    expect(choice.mappings).toHaveLength(10)
    expect(choice.reasons).toEqual(['z10', 'z11'].map((zone) => `${zone} is left out: an attachment takes 10 zones.`))
  })

  it('wait for a Pending vSwitch only if no zone is usable without it', () => {
    expect(chooseZones({ available: AVAILABLE }, [vsw('1', 'a', 8, 24, 'Pending'), vsw('2', 'b', 0)])).toMatchObject({
      mappings: [],
      pending: '1',
    })
    expect(chooseZones({ available: AVAILABLE }, [vsw('1', 'd', 8, 24, 'Pending')]).pending).toBeUndefined()
  })

  it('are one master and one slave zone for a router that is not optimised, if there is such a pair', () => {
    const mappings = ['a', 'b', 'c'].map((zoneId) => ({ zoneId, vSwitchId: zoneId }))
    const pair = (master: string[], slave: string[]) =>
      masterAndSlave({ master, slave }, { mappings, reasons: [] })?.mappings.map(({ zoneId }) => zoneId)
    expect(pair(['b'], ['b', 'c'])).toEqual(['b', 'c'])
    expect(pair(['a', 'b'], ['a'])).toEqual(['b', 'a'])
    expect(pair(['b'], ['b'])).toBeUndefined()
    expect(pair(['x'], ['a'])).toBeUndefined()
    const { reasons } = masterAndSlave({ master: ['b'], slave: ['c'] }, { mappings, reasons: ['d is left out.'] }) ?? {}
    expect(reasons).toEqual(['d is left out.', expect.stringMatching(/^a is left out: .* not optimised/)])
  })

  it('of an attachment that exists are explained by what is there now', () => {
    const there = (...zones: string[]) => zones.map((zoneId) => ({ zoneId, vSwitchId: zoneId }))
    const why = (vSwitches: ListedVSwitch[], ...zones: string[]) =>
      whyLeftOut({ available: AVAILABLE }, vSwitches, there(...zones))
    const some = [vsw('1', 'a', 3), vsw('2', 'b', 3), vsw('3', 'c', 9)]
    // The attachment itself may have taken the last addresses of a.
    expect(why(some, 'a', 'c')).toEqual(['b is left out: no vSwitch there has 8 free addresses (at most 3).'])
    expect(why(some, 'a')).toEqual([
      expect.stringMatching(/^b is left out: no vSwitch/),
      'c is left out: the attachment was created without it.',
    ])
    expect(why(some.slice(0, 1), 'a').at(-1)).toMatch(/^Only a is usable/)
    expect(why(some, 'a', 'b', 'c')).toEqual([])
  })
})

it('named zones are checked against the VPC, every fault at once', () => {
  const named = [
    { zoneId: 'a', vSwitchId: 'other' },
    { zoneId: 'b', vSwitchId: '1' },
    { zoneId: 'd', vSwitchId: '4' },
    { zoneId: 'c', vSwitchId: '3' },
    { zoneId: 'b', vSwitchId: '2' },
  ]
  const there = [vsw('1', 'a', 8), vsw('4', 'd', 8), vsw('3', 'c', 0), vsw('2', 'b', 8, 24, 'Pending')]
  const checked = checkNamedZones(named, { available: AVAILABLE }, there, 'vpc-1')
  expect(checked.faults.map(({ path }) => path)).toEqual(['zoneMappings[0].vSwitchId', 'zoneMappings[1].vSwitchId'])
  expect(checked.unusable).toEqual(['Transit routers do not support d.', '3 has no free address.'])
  expect(checked.pending).toBe('2')
})
