/** Every command for the `aliyun` CLI that is printed or documented, against the CLI's grammar. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../lib/domain/failure.js'
import { commandOf, grantCall, mendingCall, revokeCall, sentenceOf } from '../../lib/domain/grant-call.js'
import { faultsOfCommand } from '../support/aliyun-grammar.js'

const CHILDREN = [
  { childInstanceType: 'VPC', childInstanceId: 'vpc-one', childInstanceRegionId: 'cn-hangzhou' },
  { childInstanceType: 'VBR', childInstanceId: 'vbr-one', childInstanceRegionId: 'cn-hangzhou' },
  { childInstanceType: 'CCN', childInstanceId: 'ccn-one', childInstanceRegionId: 'ccn-cn-shanghai' },
] as const

describe('a command for the aliyun CLI', () => {
  it.each(CHILDREN)('that grants a $childInstanceType can be run in any profile', (child) => {
    const attachment = { ...child, cenId: 'cen-one', childInstanceOwnerId: '1700000000000007' }
    const command = commandOf(grantCall(attachment, '1688000000000001'))
    expect(faultsOfCommand(command), command).toEqual([])
  })

  const [vpc, vbr, ccn] = CHILDREN.map((child) => ({
    ...child,
    cenId: 'cen-one',
    childInstanceOwnerId: '1700000000000007',
  }))
  const all = [vpc, vbr, ccn].flatMap((attachment) => (attachment ? [attachment] : []))

  it('that grants to a transit router, or takes a grant back, can be run in any profile', () => {
    for (const attachment of all)
      for (const edition of ['basic', 'enterprise'] as const)
        for (const call of [
          grantCall(attachment, '1688000000000001', edition),
          revokeCall(attachment, '1688000000000001', edition),
        ])
          expect([commandOf(call), faultsOfCommand(commandOf(call))]).toEqual([commandOf(call), []])
  })

  it('that grants a VBR to a transit router names it ExpressConnect, and who pays', () => {
    const attachment = { ...CHILDREN[1], cenId: 'cen-one', childInstanceOwnerId: '1700000000000007' }
    expect(grantCall(attachment, '1688000000000001', 'enterprise', 'PayByResourceOwner')).toEqual({
      product: 'cbn',
      operation: 'GrantInstanceToTransitRouter',
      ownerId: '1700000000000007',
      regionId: 'cn-hangzhou',
      parameters: {
        RegionId: 'cn-hangzhou',
        InstanceId: 'vbr-one',
        InstanceType: 'ExpressConnect',
        CenId: 'cen-one',
        CenOwnerId: '1688000000000001',
        OrderType: 'PayByResourceOwner',
      },
    })
    expect(grantCall(attachment, '1688000000000001', 'enterprise').parameters.OrderType).toBe('PayByCenOwner')
    expect(revokeCall(attachment, '1688000000000001', 'enterprise')).toMatchObject({
      operation: 'RevokeInstanceFromTransitRouter',
      parameters: { InstanceType: 'ExpressConnect' },
    })
    expect(revokeCall(attachment, '1688000000000001', 'enterprise').parameters).not.toHaveProperty('OrderType')
  })

  it('that grants a CCN is the same for both editions', () => {
    const attachment = { ...CHILDREN[2], cenId: 'cen-one' }
    expect(grantCall(attachment, '1', 'enterprise')).toEqual(grantCall(attachment, '1', 'basic'))
    expect(revokeCall(attachment, '1', 'enterprise')).toMatchObject({
      product: 'smartag',
      operation: 'RevokeInstanceFromCbn',
    })
  })

  it.each([
    [
      'Forbbiden.TransitRouterServiceNotOpen',
      'aliyun cbn OpenTransitRouterService --region cn-hangzhou',
      '1688000000000001',
    ],
    [
      'Forbidden.TransitRouterServiceExpired',
      'aliyun cbn OpenTransitRouterService --region cn-hangzhou',
      '1688000000000001',
    ],
    [
      'Forbidden.ResourceOwnerTransitRouterServiceNotOpen',
      'aliyun cbn OpenTransitRouterService --region cn-hangzhou',
      '1700000000000007',
    ],
    [
      'Forbidden.ResourceOwnerTransitRouterServiceExpired',
      'aliyun cbn OpenTransitRouterService --region cn-hangzhou',
      '1700000000000007',
    ],
    [
      'NoPermission.AliyunServiceRoleForCEN',
      'aliyun ram CreateServiceLinkedRole --ServiceName cen.aliyuncs.com --region cn-hangzhou',
      '1700000000000007',
    ],
  ])('that mends %s can be run in any profile of the account', (code, command, account) => {
    const attachment = { ...CHILDREN[0], cenId: 'cen-one' }
    const failure = failureOf({ code, action: 'CreateTransitRouterVpcAttachment' })
    expect(failure.kind).toBe('unauthorized')
    const call = mendingCall(failure, { ...attachment, childInstanceOwnerId: '1700000000000007' }, '1688000000000001')
    expect(call && commandOf(call)).toBe(command)
    expect(call?.ownerId).toBe(account)
    expect(faultsOfCommand(command)).toEqual([])
    expect(mendingCall(failure, attachment, '1688000000000001')?.ownerId).toBe('1688000000000001')
  })

  it('is none for a denied right, which no single call mends', () => {
    const attachment = { ...CHILDREN[0], cenId: 'cen-one' }
    expect(mendingCall(failureOf({ code: 'NoPermission' }), attachment, '1')).toBeUndefined()
  })

  it('without parameters is a sentence without them', () => {
    const attachment = { ...CHILDREN[0], cenId: 'cen-one' }
    const call = mendingCall({ code: 'Forbbiden.TransitRouterServiceNotOpen' }, attachment, '1')
    expect(call && sentenceOf(call)).toBe('Account 1 must call OpenTransitRouterService (cbn, region cn-hangzhou)')
  })

  it('that grants a CCN has --force, since the CLI has no metadata of Smartag', () => {
    const [, , ccn] = CHILDREN
    expect(commandOf(grantCall({ ...ccn, cenId: 'cen-one' }, '1688000000000001'))).toBe(
      'aliyun smartag GrantInstanceToCbn --CcnInstanceId ccn-one --CenInstanceId cen-one --CenUid 1688000000000001 --force --region cn-shanghai',
    )
  })

  it.each(documented())('in $file can be run: $line', ({ line }) => {
    expect(faultsOfCommand(line)).toEqual([])
  })

  it.each([
    ['aliyun vpc GrantInstanceToCen --RegionId cn-hangzhou', 'the region is that of the profile'],
    [
      'aliyun smartag GrantInstanceToCbn --CenUid 1 --region cn-shanghai',
      "'GrantInstanceToCbn' is not a valid api, use --force",
    ],
    ['aliyun smartag X --RegionId a --force --region a', '--RegionId is dropped with --force'],
    ['aliyun vpc GrantInstanceToCen --CenUid 1 --region a', '--CenUid is not a valid parameter'],
    ['aliyun vpc GrantInstanceToCen --CenId --region a', '--CenId needs a value'],
  ])('is refused: %s', (line, fault) => expect(faultsOfCommand(line)).toContain(fault))
})

/** Commands of the README and of docs/, on a line of its own or in `$( )`. */
function documented(): { file: string; line: string }[] {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  const lines = ['README.md', ...pages.map((name) => `docs/${name}`)].flatMap((file) =>
    [
      ...readFileSync(file, 'utf8')
        .replaceAll('\\\n', ' ')
        .matchAll(/(?:^ *|\$\(|": ")(aliyun [a-z]+ [A-Z].*?)(?: \| .*|",?)?$/gm),
    ].map(([, line = '']) => ({ file, line })),
  )
  if (lines.length < 12) throw new Error(`only ${lines.length} commands are found`)
  return lines
}
