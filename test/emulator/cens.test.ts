import { describe, expect, it } from 'vitest'
import { createTestEmulator, HOME, OTHER, OWNER } from '../support/emulated.js'

const CHILD = {
  CenId: 'cen-1',
  ChildInstanceId: 'vpc-1',
  ChildInstanceType: 'VPC',
  ChildInstanceRegionId: 'cn-hangzhou',
}
const ATTACHED = {
  cens: [{ cenId: 'cen-1' }],
  childInstances: [{ childInstanceId: 'vpc-1', regionId: 'cn-hangzhou', ownerId: OWNER }],
  attached: [{ cenId: 'cen-1', childInstanceId: 'vpc-1' }],
}

describe('DetachCenChildInstance', () => {
  it('is asynchronous: Detaching, then absent, then attachable again', () => {
    const { call, advance } = createTestEmulator({ ...ATTACHED, limits: { detachMs: 4_000 } })
    const state = () => call('cbn:DescribeCenAttachedChildInstanceAttribute', CHILD)
    expect(call('cbn:DetachCenChildInstance', CHILD).http).toBe(200)
    expect(state().body.Status).toBe('Detaching')
    expect(call('cbn:DetachCenChildInstance', CHILD).code).toBe('InvalidOperation.ChildInstanceStatus')
    advance(4_000)
    expect(state().code).toBe('ParameterInstanceId')
    expect(call('cbn:DetachCenChildInstance', CHILD).code).toBe('ParameterInstanceId')
    expect(call('cbn:AttachCenChildInstance', { ...CHILD, ChildInstanceOwnerId: OWNER }).http).toBe(200)
  })

  it.each<[string, string, string | undefined]>([
    ['the owner of the CEN', HOME, undefined],
    ['the owner of the child instance', OWNER, undefined],
    ['anybody else', OTHER, 'ParameterCenInstanceId'],
  ])('answers %s as it should', (_name, who, code) => {
    expect(createTestEmulator(ATTACHED).call('cbn:DetachCenChildInstance', CHILD, who).code).toBe(code)
  })

  it.each<[string, Record<string, string>, string]>([
    ['another region', { ChildInstanceRegionId: 'cn-beijing' }, 'ParameterInstanceId'],
    ['another CEN', { CenId: 'cen-2' }, 'ParameterInstanceId'],
    ['another type', { ChildInstanceType: 'VBR' }, 'InvalidParameter'],
  ])('does not detach what is said to be in %s', (_name, wrong, code) => {
    const { call } = createTestEmulator(ATTACHED)
    expect(call('cbn:DetachCenChildInstance', { ...CHILD, ...wrong }).code).toBe(code)
    expect(call('cbn:DescribeCenAttachedChildInstanceAttribute', CHILD).body.Status).toBe('Attached')
  })
})

describe('a CEN', () => {
  it('is Creating at first, then Active and open to child instances', () => {
    const { call, advance } = createTestEmulator({ limits: { createMs: 3_000 } })
    const { CenId } = call('cbn:CreateCen', { Name: 'core', ProtectionLevel: 'FULL' }).body
    const described = () =>
      call('cbn:DescribeCens', { 'Filter.1.Key': 'CenId', 'Filter.1.Value.1': CenId }).body.Cens.Cen[0]
    expect(CenId).toMatch(/^cen-[a-z0-9]{18}$/)
    expect(described()).toEqual({
      CenId,
      Name: 'core',
      Description: '',
      Status: 'Creating',
      ProtectionLevel: 'FULL',
      CreationTime: '2026-11-25T12:00Z',
      ResourceGroupId: 'rg-default',
      Tags: { Tag: [] },
    })
    expect(call('cbn:AttachCenChildInstance', { ...CHILD, CenId }).code).toBe('InvalidOperation.CenInstanceStatus')
    advance(3_000)
    expect(described().Status).toBe('Active')
    expect(call('cbn:AttachCenChildInstance', { ...CHILD, CenId }).http).toBe(200)
  })

  it('is created once for each ClientToken of an account', () => {
    const { call } = createTestEmulator()
    const create = (ClientToken: string, who = HOME) => call('cbn:CreateCen', { ClientToken }, who).body.CenId
    const first = create('t1')
    expect(create('t1')).toBe(first)
    expect(new Set([first, create('t2'), create('t1', OWNER)]).size).toBe(3)
  })

  it('is not deleted while something is attached, and stays deleted in an open world', () => {
    const { call, advance } = createTestEmulator(ATTACHED)
    const remove = (who = HOME) => call('cbn:DeleteCen', { CenId: 'cen-1' }, who).code
    expect(remove()).toBe('InvalidOperation.AttachedChildInstanceExist')
    call('cbn:DetachCenChildInstance', CHILD)
    advance(1_000)
    expect(remove(OWNER)).toBe('ParameterCenInstanceId')
    expect(remove()).toBeUndefined()
    expect(remove()).toBe('ParameterCenInstanceId')
    expect(call('cbn:AttachCenChildInstance', CHILD).code).toBe('ParameterCenInstanceId')
  })

  it.each(['AttachCenChildInstance', 'DescribeCenAttachedChildInstances', 'DescribeCenAttachedChildInstanceAttribute'])(
    'of another account is none for %s',
    (action) => {
      const { call } = createTestEmulator(ATTACHED)
      expect(call(`cbn:${action}`, CHILD, OWNER).code).toBe('ParameterCenInstanceId')
    },
  )
})

describe('regions', () => {
  const regions = ['cn-here-1', { regionId: 'ccn-there', types: ['CCN'] }]
  const { call } = createTestEmulator({ regions })
  const ids = (parameters: Record<string, string> = {}): string[] =>
    call('cbn:DescribeChildInstanceRegions', parameters).body.Regions.Region.map(
      ({ RegionId }: { RegionId: string }) => RegionId,
    )
  const attachIn = (type: string, ChildInstanceRegionId: string) =>
    call('cbn:AttachCenChildInstance', {
      ...CHILD,
      ChildInstanceId: `${type.toLowerCase()}-${ChildInstanceRegionId}`,
      ChildInstanceType: type,
      ChildInstanceRegionId,
    }).code

  it.each(['VPC', 'VBR', 'CCN'])(
    'that DescribeChildInstanceRegions lists for a %s are those it can be attached in',
    (type) => {
      const listed = ids({ ProductType: type })
      expect(listed).toContain('cn-here-1')
      for (const region of ids()) {
        const refused = attachIn(type, region) === 'IllegalParam.RegionId'
        expect([region, refused]).toEqual([region, !listed.includes(region)])
      }
    },
  )

  it('differ by type, and a world file adds some', () => {
    expect(ids({ ProductType: 'CCN' })).toEqual(expect.arrayContaining(['ccn-cn-shanghai', 'ccn-there']))
    expect(ids({ ProductType: 'VPC' })).not.toContain('ccn-there')
    expect(ids()).toEqual(expect.arrayContaining(['cn-hangzhou', 'ccn-there', 'cn-here-1']))
    expect(call('cbn:DescribeChildInstanceRegions', { ProductType: 'LAN' }).code).toBe('InvalidParameter')
    const ofVpc = call('vpc:DescribeRegions').body.Regions.Region
    expect(ofVpc.map(({ RegionId }: { RegionId: string }) => RegionId)).toEqual(ids({ ProductType: 'VPC' }))
  })
})

describe('DescribeVpcs', () => {
  it('lists the VPCs of an account in a region, with their status', () => {
    const { call, advance } = createTestEmulator({
      ...ATTACHED,
      childInstances: [
        ...ATTACHED.childInstances,
        { childInstanceId: 'vpc-2', regionId: 'cn-hangzhou', ownerId: OWNER, status: 'Pending', availableAfterMs: 500 },
        { childInstanceId: 'vpc-3', regionId: 'cn-beijing', ownerId: OWNER },
        { childInstanceId: 'vpc-4', regionId: 'cn-hangzhou', ownerId: OTHER },
        { childInstanceId: 'vbr-5', regionId: 'cn-hangzhou', ownerId: OWNER },
      ],
    })
    const vpcs = (more: Record<string, string> = {}) =>
      call('vpc:DescribeVpcs', { RegionId: 'cn-hangzhou', ...more }, OWNER).body.Vpcs.Vpc.map(
        ({ VpcId, Status, CenStatus }: Record<string, string>) => [VpcId, Status, CenStatus],
      )
    expect(vpcs()).toEqual([
      ['vpc-1', 'Available', 'Attached'],
      ['vpc-2', 'Pending', undefined],
    ])
    advance(500)
    expect(vpcs({ VpcId: 'vpc-2,vpc-4' })).toEqual([['vpc-2', 'Available', undefined]])
    expect(call('vpc:DescribeVpcs', { RegionId: 'cn-hangzhou', PageSize: '1' }, OWNER).body).toMatchObject({
      TotalCount: 2,
      PageSize: 1,
    })
  })
})

describe('the attributes of a CEN', () => {
  const created = (parameters: Record<string, string> = {}) => {
    const world = createTestEmulator()
    const CenId: string = world.call('cbn:CreateCen', parameters).body.CenId
    const described = () =>
      world.call('cbn:DescribeCens', { 'Filter.1.Key': 'CenId', 'Filter.1.Value.1': CenId }).body.Cens.Cen[0]
    return { ...world, CenId, described }
  }
  const TAGGED = { 'Tag.1.Key': 'team', 'Tag.1.Value': 'net', 'Tag.2.Key': 'env', 'Tag.2.Value': 'prod' }

  it('are those of its creation and of later changes', () => {
    const { call, CenId, described } = created({ Name: 'core', Description: 'the core', ...TAGGED })
    expect(described()).toMatchObject({ Name: 'core', Description: 'the core' })
    expect(call('cbn:ModifyCenAttribute', { CenId, Name: 'edge' }).http).toBe(200)
    expect(described()).toMatchObject({
      Name: 'edge',
      Description: 'the core',
      Tags: { Tag: [{ Key: 'team' }, { Key: 'env' }] },
    })
    expect(call('cbn:ModifyCenAttribute', { CenId, Description: '', ProtectionLevel: 'FULL' }).http).toBe(200)
    expect(described()).toMatchObject({ Name: 'edge', Description: '', ProtectionLevel: 'FULL' })
    expect(call('cbn:ModifyCenAttribute', { CenId, Name: 'https://x' }).code).toBe('InvalidParameter')
    expect(call('cbn:ModifyCenAttribute', { CenId, Name: 'mine' }, OTHER).code).toBe('ParameterCenInstanceId')
  })

  it('include tags: set, changed, listed in pages, and removed', () => {
    const { call, CenId } = created(TAGGED)
    const on = { ResourceType: 'cen', 'ResourceId.1': CenId }
    expect(call('cbn:TagResources', { ...on, 'Tag.1.Key': 'env', 'Tag.1.Value': 'test' }).http).toBe(200)
    const list = (more: Record<string, string> = {}) => call('cbn:ListTagResources', { ...on, ...more }).body
    const tag = (TagKey: string, TagValue: string) => ({ ResourceType: 'cen', ResourceId: CenId, TagKey, TagValue })
    expect(list().TagResources.TagResource).toEqual([tag('team', 'net'), tag('env', 'test')])
    const first = list({ PageSize: '1' })
    expect(first.TagResources.TagResource).toEqual([tag('team', 'net')])
    expect(list({ PageSize: '1', NextToken: first.NextToken })).toMatchObject({
      TagResources: { TagResource: [tag('env', 'test')] },
    })
    expect(list({ 'Tag.1.Key': 'env', 'Tag.1.Value': 'prod' }).TagResources.TagResource).toEqual([])
    expect(call('cbn:UntagResources', { ...on, 'TagKey.1': 'team' }).http).toBe(200)
    expect(list().TagResources.TagResource).toEqual([tag('env', 'test')])
    expect(call('cbn:UntagResources', { ...on, All: 'true' }).http).toBe(200)
    expect(list().TagResources.TagResource).toEqual([])
  })

  it.each<[string, Record<string, string>, string]>([
    ['no tag', { ResourceType: 'cen', 'ResourceId.1': 'cen-1' }, 'MissingParameter'],
    ['no resource', { ResourceType: 'cen', ...TAGGED }, 'MissingParameter'],
    ['another type', { ResourceType: 'Flowlog', 'ResourceId.1': 'cen-1', ...TAGGED }, 'InvalidParameter'],
    [
      'a CEN of another account',
      { ResourceType: 'Cen', 'ResourceId.1': 'cen-far', ...TAGGED },
      'ParameterCenInstanceId',
    ],
  ])('gets no tags with %s', (_name, parameters, code) => {
    const { call } = createTestEmulator({ cens: [{ cenId: 'cen-1' }, { cenId: 'cen-far', ownerId: OTHER }] })
    expect(call('cbn:TagResources', parameters).code).toBe(code)
  })

  it('include the resource group', () => {
    const { call, CenId, described } = created()
    const move = { ResourceType: 'cen', ResourceId: CenId, NewResourceGroupId: 'rg-network' }
    expect(call('cbn:MoveResourceGroup', move).http).toBe(200)
    expect(described().ResourceGroupId).toBe('rg-network')
    expect(call('cbn:MoveResourceGroup', move, OTHER).code).toBe('ParameterCenInstanceId')
  })

  it('are listed in pages, by filters, tags and resource group', () => {
    const cens = Array.from({ length: 12 }, (_, index) => ({ cenId: `cen-${index}`, name: `name-${index % 2}` }))
    cens.push({ cenId: 'cen-t', name: 'tagged', tags: { a: 'b' }, resourceGroupId: 'rg-1' } as never)
    const { call } = createTestEmulator({ cens, open: false })
    const ids = (parameters: Record<string, string>) => {
      const { Cens, TotalCount } = call('cbn:DescribeCens', parameters).body
      return [Cens.Cen.map(({ CenId }: { CenId: string }) => CenId), TotalCount]
    }
    expect(ids({ PageNumber: '2' })).toEqual([['cen-10', 'cen-11', 'cen-t'], 13])
    const named = { 'Filter.1.Key': 'Name', 'Filter.1.Value.1': 'name-1' }
    const both = { ...named, 'Filter.2.Key': 'CenId', 'Filter.2.Value.1': 'cen-2', 'Filter.2.Value.2': 'cen-3' }
    expect(ids({ ...named, PageSize: '2' })).toEqual([['cen-1', 'cen-3'], 6])
    expect(ids(both)).toEqual([['cen-3'], 1])
    expect(ids({ 'Tag.1.Key': 'a', 'Tag.1.Value': 'b' })).toEqual([['cen-t'], 1])
    expect(ids({ ResourceGroupId: 'rg-1' })).toEqual([['cen-t'], 1])
  })

  it('can be tagged by a role only if its policy allows it', () => {
    const statement = { Effect: 'Allow', Action: 'cen:TagResources', Resource: `acs:cen:*:${HOME}:ceninstance/cen-1` }
    const policy = { Version: '1', Statement: [statement] }
    const { call } = createTestEmulator({
      cens: [{ cenId: 'cen-1' }, { cenId: 'cen-2' }],
      roles: [{ roleName: 'tagger', policy }],
    })
    const RoleArn = `acs:ram::${HOME}:role/tagger`
    const { AccessKeyId } = call('sts:AssumeRole', { RoleArn, RoleSessionName: 'tagger' }).body.Credentials
    const tag = (...ids: string[]) => {
      const on = Object.fromEntries(ids.map((id, index) => [`ResourceId.${index + 1}`, id]))
      return call('cbn:TagResources', { ResourceType: 'cen', ...on, ...TAGGED }, AccessKeyId).code
    }
    expect(tag('cen-1')).toBeUndefined()
    expect(tag('cen-1', 'cen-2')).toBe('Unauthorized')
  })
})

describe('an account that is denied an action', () => {
  it.each(['AttachCenChildInstance', 'cen:AttachCenChildInstance'])('is denied %s, and no other action', (name) => {
    const { call } = createTestEmulator({ accounts: [{ accountId: HOME, denied: [name] }] })
    const denied = call('cbn:AttachCenChildInstance', CHILD)
    expect(denied.code).toBe('Unauthorized')
    expect(denied.body.AccessDeniedDetail.NoPermissionType).toBe('ExplicitDeny')
    expect(call('cbn:DescribeCens').http).toBe(200)
  })
})
