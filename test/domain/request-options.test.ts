import { describe, expect, it } from 'vitest'
import { idempotencyKey } from '../../lib/domain/attachment.js'
import { parseRequest } from '../../lib/domain/messages/request.js'
import { contains, overlap, readCidr } from '../../lib/domain/options/cidr.js'

const times = { sentAtMs: Date.parse('2026-11-25T12:00:00Z'), ttlMs: 86_400_000 }
const good = { cenId: 'cen-a1', childInstanceId: 'vpc-b2', childInstanceRegionId: 'cn-hangzhou' }
const parse = (value: object) => parseRequest(JSON.stringify(value), times)
const faults = (value: object) => {
  const parsed = parse({ ...good, ...value })
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path} ${message}`)
}
const read = (value: object) => {
  const parsed = parse({ ...good, ...value })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.request
}
const zone = (letter: string, vSwitchId = `vsw-${letter}`) => ({ zoneId: `cn-hangzhou-${letter}`, vSwitchId })

describe('a request with an action or options', () => {
  it('attaches with no options unless it says otherwise', () => {
    expect(read({})).toMatchObject({ action: 'attach', options: {}, revokeGrant: false })
  })

  it('carries its options as they are given', () => {
    const options = {
      zoneMappings: [zone('h'), zone('i')],
      associationRouteTableId: 'vtb-1',
      propagationRouteTableIds: ['vtb-1', 'vtb-2'],
      vpcRoutes: ['10.0.0.0/8', '192.168.7.0/24'],
    }
    expect(read(options).options).toEqual(options)
    const words = { associationRouteTableId: 'none', propagationRouteTableIds: 'default', vpcRoutes: 'published' }
    expect(read(words).options).toEqual(words)
    expect(read({ action: 'detach', revokeGrant: true })).toMatchObject({
      action: 'detach',
      options: {},
      revokeGrant: true,
    })
  })

  it('may spell its zone mappings as the API does', () => {
    const ZoneMappings = [{ ZoneId: 'cn-hangzhou-h', VSwitchId: 'vsw-h' }, zone('i')]
    expect(read({ ZoneMappings }).options.zoneMappings).toEqual([zone('h'), zone('i')])
  })

  it('has a key of its own to detach, whatever its options', () => {
    const { attachment, idempotencyKey: key, requestId } = read({ action: 'detach' })
    expect(key).toBe(idempotencyKey(attachment, 'detach'))
    expect(key).not.toBe(read({}).idempotencyKey)
    expect(requestId).toBe(key)
    expect(read({ vpcRoutes: 'none' }).idempotencyKey).toBe(read({}).idempotencyKey)
  })

  it('has a request id of its own for its options, whatever their order', () => {
    const idOf = (value: object) => read(value).requestId
    const plain = idOf({})
    const routed = idOf({ vpcRoutes: ['10.0.0.0/8', '172.16.0.0/12'], zoneMappings: [zone('h'), zone('i')] })
    expect(routed).toMatch(new RegExp(`^${plain}-[0-9a-f]{32}$`))
    expect(idOf({ vpcRoutes: ['172.16.0.0/12', '10.0.0.0/8'], zoneMappings: [zone('i'), zone('h')] })).toBe(routed)
    const others = [
      { vpcRoutes: 'private' },
      { vpcRoutes: 'none' },
      { associationRouteTableId: 'none' },
      { propagationRouteTableIds: 'none' },
      { propagationRouteTableIds: ['vtb-1'] },
      { zoneMappings: [zone('h', 'vsw-1')] },
      { action: 'detach', revokeGrant: true },
      { action: 'detach', revokeGrant: false },
      { action: 'detach' },
    ].map(idOf)
    expect(new Set([plain, routed, ...others]).size).toBe(11)
    expect(idOf({ vpcRoutes: 'none', requestId: 'r-1' })).toBe('r-1')
  })
})

describe('an option', () => {
  it.each<[string, object, string[]]>([
    ['an action of another kind', { action: 'delete' }, ['action must be attach or detach']],
    ['zones that are no list', { zoneMappings: 'cn-hangzhou-h' }, ['zoneMappings must be a list']],
    ['no zone', { zoneMappings: [] }, ['zoneMappings must not be empty']],
    [
      'eleven zones, one of them wrong',
      { zoneMappings: [...'abcdefghij'].map((letter) => zone(letter)).concat({ zoneId: 'x', vSwitchId: 'vsw-x' }) },
      ['zoneMappings[10].zoneId must be the id of a zone', 'zoneMappings must have at most 10 items, not 11'],
    ],
    [
      'every kind of bad mapping',
      { zoneMappings: [zone('h', 'vpc-1'), null, { zoneId: 7 }, { ...zone('i'), VSwitchId: 'vsw-2', weight: 1 }] },
      [
        'zoneMappings[3].VSwitchId repeats vSwitchId',
        'zoneMappings[3].weight is not zoneId or vSwitchId',
        'zoneMappings[0].vSwitchId must be the id of a vSwitch',
        'zoneMappings[1] must be { zoneId, vSwitchId }',
        'zoneMappings[2].zoneId must be the id of a zone',
        'zoneMappings[2].vSwitchId is required',
      ],
    ],
    [
      'a zone and a vSwitch twice',
      { zoneMappings: [zone('h'), zone('i'), zone('h', 'vsw-i')] },
      [
        'zoneMappings[2].zoneId repeats that of zoneMappings[0]',
        'zoneMappings[2].vSwitchId repeats that of zoneMappings[1]',
      ],
    ],
    ['zones in both spellings', { zoneMappings: [zone('h')], ZoneMappings: [] }, ['ZoneMappings repeats zoneMappings']],
    ['a foreign table', { associationRouteTableId: 'vtb 1' }, ['associationRouteTableId must be']],
    [
      'a table without a list',
      { propagationRouteTableIds: 'vtb-1' },
      ['propagationRouteTableIds must be default, none'],
    ],
    [
      'a word and a duplicate among tables',
      { propagationRouteTableIds: ['default', 'vtb-1', 'vtb-1'] },
      ['propagationRouteTableIds[0] must be the id', 'propagationRouteTableIds[2] repeats that of'],
    ],
    ['no table', { propagationRouteTableIds: [] }, ['propagationRouteTableIds must not be empty']],
    ['another word for routes', { vpcRoutes: 'all' }, ['vpcRoutes must be private, published, none, or a list']],
    [
      'blocks that are none',
      { vpcRoutes: ['10.0.0.1/8', '10.0.0.0/33', '010.0.0.0/8', '256.0.0.0/8', '10.0.0.0', 'fd00::/8', 7] },
      [0, 1, 2, 3, 4, 5, 6].map((index) => `vpcRoutes[${index}] must be an IPv4 CIDR block`),
    ],
    [
      'blocks that overlap or repeat',
      { vpcRoutes: ['10.1.0.0/16', '192.168.0.0/16', '10.0.0.0/8', '192.168.0.0/16'] },
      ['vpcRoutes[2] overlaps vpcRoutes[0], 10.1.0.0/16', 'vpcRoutes[3] overlaps vpcRoutes[1], 192.168.0.0/16'],
    ],
    [
      'too many blocks',
      { vpcRoutes: Array.from({ length: 51 }, (_, index) => `10.${index}.0.0/16`) },
      ['vpcRoutes must have at most 50 items, not 51'],
    ],
    ['a text for revokeGrant', { action: 'detach', revokeGrant: 'yes' }, ['revokeGrant must be true or false']],
  ])('is refused: %s', (_name, value, expected) => {
    const found = faults(value)
    expect(found).toHaveLength(expected.length)
    for (const start of expected) expect(found.some((fault) => fault.startsWith(start))).toBe(true)
  })

  const all = {
    zoneMappings: [zone('h')],
    associationRouteTableId: 'default',
    propagationRouteTableIds: 'default',
    vpcRoutes: 'private',
    revokeGrant: false,
  }

  it.each<[string, object, string[]]>([
    ['an attach of a VPC', {}, ['revokeGrant']],
    ['an attach of a VBR', { childInstanceId: 'vbr-1' }, ['zoneMappings', 'vpcRoutes', 'revokeGrant']],
    [
      'an attach of a CCN',
      { childInstanceId: 'ccn-1' },
      ['zoneMappings', 'associationRouteTableId', 'propagationRouteTableIds', 'vpcRoutes', 'revokeGrant'],
    ],
    [
      'a detach',
      { action: 'detach' },
      ['zoneMappings', 'associationRouteTableId', 'propagationRouteTableIds', 'vpcRoutes'],
    ],
    ['an unknown action', { action: 'delete' }, ['action']],
  ])('that does not fit %s is refused by name', (_name, value, expected) => {
    expect(faults({ ...value, ...all }).map((fault) => fault.split(' ')[0])).toEqual(expected)
  })

  it('names action or type that it does not fit', () => {
    expect(faults({ action: 'detach', vpcRoutes: 'none' })).toEqual([
      'vpcRoutes does not fit the action detach; only attach has it',
    ])
    expect(faults({ childInstanceId: 'vbr-1', vpcRoutes: 'none' })).toEqual([
      'vpcRoutes does not fit a VBR; only VPC have it',
    ])
  })

  it('is readable in the valid part of an invalid request', () => {
    const parsed = parse({ ...good, cenId: 'x', action: 'detach', revokeGrant: true })
    expect(!parsed.ok && parsed.partial).toMatchObject({ action: 'detach', revokeGrant: true })
  })
})

describe('a CIDR block', () => {
  const block = (text: string) => readCidr(text) ?? { first: -1, prefix: -1 }

  it('contains its parts, and overlaps only what shares an address with it', () => {
    expect(contains(block('10.0.0.0/8'), block('10.255.0.0/16'))).toBe(true)
    expect(contains(block('10.255.0.0/16'), block('10.0.0.0/8'))).toBe(false)
    expect(contains(block('0.0.0.0/0'), block('255.255.255.255/32'))).toBe(true)
    expect(contains(block('172.16.0.0/12'), block('172.32.0.0/16'))).toBe(false)
    expect(overlap(block('10.128.0.0/9'), block('10.0.0.0/8'))).toBe(true)
    expect(overlap(block('128.0.0.0/1'), block('0.0.0.0/1'))).toBe(false)
  })
})
