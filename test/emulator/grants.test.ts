import { describe, expect, it } from 'vitest'
import { createTestEmulator, HOME, type Operation, OTHER, OWNER } from '../support/emulated.js'

const ATTACH = {
  CenId: 'cen-1',
  ChildInstanceId: 'vpc-1',
  ChildInstanceType: 'VPC',
  ChildInstanceRegionId: 'cn-hangzhou',
  ChildInstanceOwnerId: OWNER,
}
const GRANT = {
  RegionId: 'cn-hangzhou',
  InstanceId: 'vpc-1',
  InstanceType: 'VPC',
  CenId: 'cen-1',
  CenOwnerId: HOME,
}
const CCN_GRANT = { RegionId: 'cn-shanghai', CcnInstanceId: 'ccn-1', CenInstanceId: 'cen-1', CenUid: HOME }
const RULES = { RegionId: 'cn-hangzhou', InstanceId: 'vpc-1', InstanceType: 'VPC' }
const CHILDREN = [
  { childInstanceId: 'vpc-1', regionId: 'cn-hangzhou', ownerId: OWNER },
  { childInstanceId: 'ccn-1', regionId: 'ccn-cn-shanghai', ownerId: OWNER },
]
const NO_GRANTS = { cens: [{ cenId: 'cen-1' }, { cenId: 'cen-2' }], childInstances: CHILDREN, grantsMade: false }
const NOT_GRANTED = 'Forbbiden.AttachChildInstanceAcrossUid'

/** The answers of the three actions that see grants, for vpc-1 and cen-1; the answers must agree. */
function views({ call }: ReturnType<typeof createTestEmulator>) {
  const owner = call('vpc:DescribeGrantRulesToCen', RULES, OWNER).body.CenGrantRules.CbnGrantRule
  const cen = call('cbn:DescribeGrantRulesToCen', { CenId: 'cen-1', ProductType: 'VPC' }).body.GrantRules.GrantRule
  return {
    owner: owner.some((rule: { CenInstanceId: string }) => rule.CenInstanceId === 'cen-1'),
    cen: cen.some((rule: { ChildInstanceId: string }) => rule.ChildInstanceId === 'vpc-1'),
    attach: call('cbn:AttachCenChildInstance', ATTACH).code !== NOT_GRANTED,
  }
}
const ALL = { owner: true, cen: true, attach: true }
const NONE = { owner: false, cen: false, attach: false }

describe('a grant', () => {
  it('is required for an attach across accounts', () => {
    const world = createTestEmulator(NO_GRANTS)
    expect(views(world)).toEqual(NONE)
    expect(world.call('vpc:GrantInstanceToCen', GRANT, OWNER).http).toBe(200)
    expect(views(world)).toEqual(ALL)
  })

  it('exists by default', () => {
    expect(views(createTestEmulator({ childInstances: CHILDREN, cens: [{ cenId: 'cen-1' }] }))).toEqual(ALL)
  })

  it('is made after the seconds in the file, for every action', () => {
    const world = createTestEmulator({
      ...NO_GRANTS,
      grants: [{ childInstanceId: 'vpc-1', cenId: 'cen-1', afterSeconds: 5 }],
    })
    world.advance(4_999)
    expect(views(world)).toEqual(NONE)
    expect(world.emulator.world.grants.listInForce(world.now())).toEqual([])
    world.advance(1)
    expect(views(world)).toEqual(ALL)
    const { CbnGrantRule } = world.call('vpc:DescribeGrantRulesToCen', RULES, OWNER).body.CenGrantRules
    expect(CbnGrantRule).toEqual([
      { CenInstanceId: 'cen-1', CenOwnerId: Number(HOME), CreationTime: '2026-11-25T12:00:05Z' },
    ])
  })

  it('can be missing, for ever or until a time', () => {
    const world = createTestEmulator({
      childInstances: CHILDREN,
      cens: [{ cenId: 'cen-1' }],
      grantsMissing: [{ childInstanceId: 'vpc-1', grantedAfterMs: 9_000 }],
    })
    expect(views(world)).toEqual(NONE)
    world.advance(9_000)
    expect(views(world)).toEqual(ALL)
  })

  it('that is made later is distinguished from one that exists, and from one that is never made', () => {
    const grants = [
      { childInstanceId: 'vpc-later', cenId: 'cen-1', afterSeconds: 5 },
      { childInstanceId: 'vpc-there', cenId: 'cen-1' },
    ]
    const { emulator } = createTestEmulator({ grants, grantsMissing: [{ childInstanceId: 'vpc-never' }] })
    const arrivesLater = (childInstanceId: string) => emulator.world.grants.arrivesLater(childInstanceId, 'cen-1')
    expect(['vpc-later', 'vpc-there', 'vpc-never', 'vpc-of-no-line'].map(arrivesLater)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('can become effective some time after it was made, as with Alibaba', () => {
    const world = createTestEmulator({ ...NO_GRANTS, limits: { grantDelayMs: 3_000 } })
    world.call('vpc:GrantInstanceToCen', GRANT, OWNER)
    expect(views(world)).toEqual({ ...NONE, owner: true })
    world.advance(3_000)
    expect(views(world)).toEqual(ALL)
  })

  it('that is made again stays effective', () => {
    const world = createTestEmulator({ ...NO_GRANTS, limits: { grantDelayMs: 3_000 } })
    world.call('vpc:GrantInstanceToCen', GRANT, OWNER)
    world.advance(2_000)
    expect(world.call('vpc:GrantInstanceToCen', GRANT, OWNER).http).toBe(200)
    world.advance(1_000)
    expect(world.call('vpc:GrantInstanceToCen', GRANT, OWNER).http).toBe(200)
    expect(views(world)).toEqual(ALL)
  })

  it.each<[string, Record<string, string>]>([
    ['another CEN', { CenId: 'cen-2' }],
    ['an account that does not own the CEN', { CenOwnerId: OTHER }],
  ])('to %s is none to this one', (_name, wrong) => {
    const world = createTestEmulator(NO_GRANTS)
    expect(world.call('vpc:GrantInstanceToCen', { ...GRANT, ...wrong }, OWNER).http).toBe(200)
    expect(views(world)).toEqual(NONE)
  })

  it('that is revoked is missing, and an existing attachment is unaffected', () => {
    const world = createTestEmulator({ childInstances: CHILDREN, cens: [{ cenId: 'cen-1' }] })
    expect(world.call('cbn:AttachCenChildInstance', ATTACH).http).toBe(200)
    world.advance(1_000)
    expect(world.call('vpc:RevokeInstanceFromCen', GRANT, OWNER).http).toBe(200)
    expect(views(world)).toEqual(NONE)
    expect(world.call('cbn:DescribeCenAttachedChildInstanceAttribute', ATTACH).body.Status).toBe('Attached')
  })

  it.each<[string, Operation, Record<string, string>]>([
    ['a VPC', 'vpc:GrantInstanceToCen', GRANT],
    ['a VPC, to take it back', 'vpc:RevokeInstanceFromCen', GRANT],
    ['a CCN', 'smartag:GrantInstanceToCbn', CCN_GRANT],
    ['a CCN, to take it back', 'smartag:RevokeInstanceFromCbn', CCN_GRANT],
  ])('of %s is its owner’s to make, and nobody else’s', (_name, operation, parameters) => {
    const { call } = createTestEmulator(NO_GRANTS)
    for (const stranger of [HOME, OTHER]) {
      const refused = call(operation, parameters, stranger)
      expect([refused.http, refused.code]).toEqual([404, 'InvalidInstanceId.NotFound'])
    }
    expect(call(operation, parameters, OWNER).http).toBe(200)
  })

  it.each<[string, Record<string, string>, string]>([
    ['the wrong region', { RegionId: 'cn-beijing' }, 'InvalidInstanceId.NotFound'],
    ['a region that is none', { RegionId: 'cn-atlantis' }, 'InvalidRegionId.NotFound'],
    ['the wrong type', { InstanceType: 'VBR' }, 'InvalidInstanceId.NotFound'],
    ['a CCN', { InstanceType: 'CCN' }, 'InvalidParameter'],
    ['no CenOwnerId', { CenOwnerId: '' }, 'MissingParameter'],
    ['a CenOwnerId that is no number', { CenOwnerId: 'me' }, 'InvalidParameter'],
  ])('is refused with %s', (_name, wrong, code) => {
    expect(createTestEmulator(NO_GRANTS).call('vpc:GrantInstanceToCen', { ...GRANT, ...wrong }, OWNER).code).toBe(code)
  })

  it('of a CCN names the region without ccn-, and is refused if it exists', () => {
    const { call, advance } = createTestEmulator(NO_GRANTS)
    const asCbnSpellsIt = call('smartag:GrantInstanceToCbn', { ...CCN_GRANT, RegionId: 'ccn-cn-shanghai' }, OWNER)
    expect(asCbnSpellsIt.code).toBe('InvalidRegionId.NotFound')
    expect(call('smartag:GrantInstanceToCbn', CCN_GRANT, OWNER).http).toBe(200)
    advance(1_000)
    expect(call('smartag:GrantInstanceToCbn', CCN_GRANT, OWNER).code).toBe('DuplicatedGrantRule')
  })
})

describe('grants of one child instance', () => {
  it('are refused while another one is being made; those of other child instances are not', () => {
    const { call, advance } = createTestEmulator({
      ...NO_GRANTS,
      childInstances: [...CHILDREN, { childInstanceId: 'vpc-2', regionId: 'cn-hangzhou', ownerId: OWNER }],
      limits: { grantMs: 500 },
    })
    const grant = (changed: object = {}) => call('vpc:GrantInstanceToCen', { ...GRANT, ...changed }, OWNER).code
    expect(grant()).toBeUndefined()
    expect(grant({ CenId: 'cen-2' })).toBe('TaskConflict')
    expect(call('vpc:RevokeInstanceFromCen', GRANT, OWNER).code).toBe('TaskConflict')
    expect(grant({ InstanceId: 'vpc-2' })).toBeUndefined()
    advance(500)
    expect(grant({ CenId: 'cen-2' })).toBeUndefined()
  })

  it('with the same ClientToken are one grant', () => {
    const { call, advance } = createTestEmulator(NO_GRANTS)
    const grant = (changed: object = {}) =>
      call('vpc:GrantInstanceToCen', { ...GRANT, ClientToken: 'once', ...changed }, OWNER).code
    expect(grant()).toBeUndefined()
    expect(grant()).toBeUndefined()
    expect(grant({ CenId: 'cen-2' })).toBe('IdempotentParameterMismatch')
    advance(1_000)
    call('vpc:RevokeInstanceFromCen', GRANT, OWNER)
    advance(1_000)
    expect(grant()).toBeUndefined()
    expect(call('cbn:AttachCenChildInstance', ATTACH).code).toBe(NOT_GRANTED)
    expect(grant({ ClientToken: 'anew' })).toBeUndefined()
    expect(call('cbn:AttachCenChildInstance', ATTACH).code).toBeUndefined()
  })

  it('are refused while the instance is attaching or detaching', () => {
    const { call, advance } = createTestEmulator({ childInstances: CHILDREN, cens: [{ cenId: 'cen-1' }] })
    call('cbn:AttachCenChildInstance', ATTACH)
    expect(call('vpc:RevokeInstanceFromCen', GRANT, OWNER).code).toBe('IncorrectStatus')
    advance(1_000)
    expect(call('vpc:RevokeInstanceFromCen', GRANT, OWNER).code).toBeUndefined()
  })
})

describe('DescribeGrantRulesToCen', () => {
  it.each<[string, string, Record<string, string>]>([
    ['the wrong region', OWNER, { RegionId: 'cn-beijing' }],
    ['the wrong type', OWNER, { InstanceType: 'VBR' }],
    ['an instance that is not there', OWNER, { InstanceId: 'vpc-9' }],
    ['an instance of another account', HOME, {}],
  ])('of Vpc answers an empty success to %s', (_name, who, wrong) => {
    const { call } = createTestEmulator({ childInstances: CHILDREN, cens: [{ cenId: 'cen-1' }] })
    const answer = call('vpc:DescribeGrantRulesToCen', { ...RULES, ...wrong }, who)
    expect(answer).toMatchObject({ http: 200, body: { CenGrantRules: { CbnGrantRule: [] }, TotalCount: 0 } })
    expect(call('vpc:DescribeGrantRulesToCen', RULES, OWNER).body.TotalCount).toBe(1)
  })

  it('of Cbn answers the owner of the CEN only, in pages', () => {
    const childInstances = Array.from({ length: 5 }, (_, index) => ({
      childInstanceId: `vpc-${index}`,
      regionId: 'cn-hangzhou',
      ownerId: OWNER,
    }))
    const { call } = createTestEmulator({ childInstances, cens: [{ cenId: 'cen-1' }] })
    const asked = { CenId: 'cen-1', ProductType: 'VPC' }
    const ids = (parameters: Record<string, string>, who = HOME) =>
      call('cbn:DescribeGrantRulesToCen', { ...asked, ...parameters }, who).body.GrantRules.GrantRule.map(
        (rule: { ChildInstanceId: string }) => rule.ChildInstanceId,
      )
    expect(ids({})).toHaveLength(5)
    expect(ids({ ChildInstanceId: 'vpc-3', ChildInstanceOwnerId: OWNER })).toEqual(['vpc-3'])
    expect(ids({ ChildInstanceOwnerId: OTHER })).toEqual([])
    expect(ids({}, OWNER)).toEqual([])
    const { NextToken } = call('cbn:DescribeGrantRulesToCen', { ...asked, MaxResults: '3' }).body
    expect(ids({ MaxResults: '3', NextToken })).toEqual(['vpc-3', 'vpc-4'])
  })
})
