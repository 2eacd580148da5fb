import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codesMarkdown } from '../../docs/generate/error-codes.js'
import { ALL_CODES, API_CODES, FAILURE_KINDS } from '../../lib/domain/error-codes.js'
import { failureOf, meaningOf, refusal } from '../../lib/domain/failure.js'
import { RETRY_POLICY } from '../../lib/reconcile/decision/retry-policy.js'
import { faultsOfCommand } from '../support/aliyun-grammar.js'

/** The codes on AttachCenChildInstance's own page, and what each means for the worker. */
const DOCUMENTED: Record<string, string> = {
  'Forbbiden.AttachChildInstanceAcrossBid': 'rejected',
  'IncorrectStatus.VpcSwitch': 'busy',
  'Forbbiden.CloudBoxVSwitchExist': 'rejected',
  'OperationFailed.InvalidVpcStatus': 'busy',
  'OperationFailed.InvalidTransitRouter': 'rejected',
  'OperationUnsupported.CenFullLevel': 'rejected',
  'IncorrectStatus.VpcRouteTable': 'busy',
  'InvalidOperation.VbrAttachedToEcr': 'rejected',
  'OperationUnsupported.VpcRoutePropagationSource': 'rejected',
  'InvalidStatus.ResourceStatus': 'busy',
  'IncorrectStatus.TransitRouter': 'not-ready',
  InvalidParameter: 'rejected',
  Unauthorized: 'unauthorized',
  'Forbidden.AttachChildInstance': 'rejected',
  'Bid.NotFound': 'rejected',
  'Operation.FailedAndTryAgain': 'busy',
  'InvalidOperation.ChildInstanceRIAlreadyExist': 'rejected',
  'Forbbiden.AttachChildInstanceAcrossUid': 'not-granted',
  'InvalidOperation.ChildInstanceAlreadyAttached': 'already-attached',
  'InvalidOperation.CenAlreadyAutoPubilshRouteToInstance': 'rejected',
  'IllegalParam.RegionId': 'rejected',
}

/** Codes that public clients of the same API treat as transient (retry lists of the Terraform provider). */
const SEEN: Record<string, string> = {
  'Operation.Blocking': 'busy',
  'InvalidOperation.CenInstanceStatus': 'busy',
  'InvalidOperation.ChildInstanceStatus': 'busy',
  'InstanceStatus.NotSupport': 'busy',
  TaskConflict: 'busy',
  'OperationFailed.TaskConflict': 'busy',
  TokenProcessing: 'busy',
  LOCK_ERROR: 'busy',
  UnknownError: 'unavailable',
  InternalError: 'unavailable',
  ServiceUnavailable: 'unavailable',
  'Rejected.Throttling': 'throttled',
  'Throttling.User': 'throttled',
  'Throttling.Api': 'throttled',
  'IncorrectStatus.Vpc': 'busy',
  'InvalidStatus.Resource': 'busy',
  'InvalidAccessKeyId.NotFound': 'credentials',
  SignatureDoesNotMatch: 'credentials',
  'InvalidSecurityToken.Expired': 'credentials',
  NoPermission: 'unauthorized',
  'Forbidden.RAM': 'unauthorized',
  ParameterCenInstanceId: 'rejected',
  'MissingParameter.CenId': 'rejected',
  'QuotaExceeded.CenCountExceeded': 'rejected',
}

/** The pages of the other actions, enterprise-wide and to detach. */
const DOCUMENTED_CREATE = (
  'IncorrectStatus.VpcResource IncorrectStatus.Vpc IncorrectStatus.VpcOrVswitch IncorrectStatus.VpcRouteTable ' +
  'IncorrectStatus.TransitRouterInstance IncorrectStatus.TransitRouter IncorrectStatus.VpcSwitch ' +
  'InvalidOperation.CenInstanceStatus OperationUnsupported.TransitRouterType InvalidTransitRouterMode.NeedUpgrade ' +
  'IllegalParam.ServiceMode OperationUnsupported.CenFullLevel OperationUnsupported.TransitRouterRegionId ' +
  'InvalidStatus.VpcAttachedFullModeCen InvalidTransitRouterId.NotFound InvalidCenId.NotFound ' +
  'OperationFailed.VSwitchNotFound InvalidVSwitchId.NotFound IllegalParam.ZoneId IllegalParam.VSwitchId ' +
  'IllegalParam.ZoneMappings Duplicated.ZoneMapping InsufficientIpAddr.vsw OperationUnsupported.CloudBoxVswNotSupport ' +
  'OperationFailed.VSwitchIpv6CidrNotAllocated QuotaExceeded.CenQuotaVpcAttachPerTransitRouter ' +
  'QuotaFull.ChildInstanceRelatedCen QuotaExceeded.VpcAutoRoutesPublishPerTransitRouter ' +
  'OperationNotSupport.VpcAutoRoutesPublish InvalidOperation.VpcAutoRoutesPublishInOtherCEN ' +
  'Forbbiden.TransitRouterServiceNotOpen Forbidden.TransitRouterServiceExpired ' +
  'Forbidden.ResourceOwnerTransitRouterServiceNotOpen Forbidden.ResourceOwnerTransitRouterServiceExpired ' +
  'NoPermission.AliyunServiceRoleForCEN Forbbiden.AttachChildInstanceAcrossBid InvalidOperation.VpnAssociated ' +
  'IllegalParam.RegionId IllegalParam.TransitRouterRegionId MissingParam.CenIdOrRegionId IllegalParam.ChargeType ' +
  'IllegalParam.Ipv6Support InvalidParameter INVALID_OPERATION_RESOURCE_NOT_SUPPORT_APPLIANCE_MODE Unauthorized'
).split(' ')
const DOCUMENTED_ROUTER = (
  'InstanceExist.TransitRouterInstance OperationUnsupported.RegionId OperationUnsupported.CenFullLevel ' +
  'OperationUnsupported.SupportMulticast OperationUnsupported.TransitRouterCidrList OperationUnsupported.Tag ' +
  'Forbbiden.TransitRouterServiceNotOpen OperationFailed.CidrConflict OperationFailed.PostPay95BwpNotAllowEnterpriseTr ' +
  'Illegal.TrType IllegalParam.Region IllegalParam.RegionId IllegalParam.Cidr IllegalParam.ServiceMode ' +
  'IllegalParam.SupportMulticast'
).split(' ')
const DOCUMENTED_DETACH = (
  'OperationFailed.AttachmentReferencedVpcRouteEntryExisted OperationFailed.CenReferencedVpcRouteEntryExisted ' +
  'Forbidden.PrivatezoneRouteExisted Forbidden.OptimizationCCNExisted OperationFailed.VbrAttachedVbrHa ' +
  'OperationFailed.RIInstanceExist InvalidOperation.BondVbrAssociated OperationFailed.VbrWithAllowPrefixes ' +
  'InvalidOperation.CustomRegionDomainRouteEntryExist IncorrectStatus.Vpc IncorrectStatus.VpcRouteTable ' +
  'Forbidden.TypeInvalid OperationNotPermitted.AttachmentManagedByCloudService'
).split(' ')
const DOCUMENTED_DELETE = (
  'OperationFailed.RouteTableAssociationExist OperationFailed.RouteTablePropagationExist OperationFailed.RouteEntryExist ' +
  'OperationFailed.PrefixListExist OperationFailed.MulticastDomainAssociationExist OperationFailed.FlowLogExistOrNisOpened ' +
  'OperationFailed.AttachmentReferencedVpcRouteEntryExisted OperationFailed.NotSupportForceDelete ' +
  'IncorrectStatus.VpcRouteEntry IncorrectStatus.VpcSwitch IncorrectStatus.Vpc IncorrectStatus.VpcRouteTable ' +
  'IncorrectStatus.VpcResource InvalidTransitRouterAttachmentId.NotFound OperationUnsupported.TransitRouterType ' +
  'OperationNotPermitted.AttachmentManagedByCloudService'
).split(' ')

describe('what a code means', () => {
  it.each(Object.entries({ ...DOCUMENTED, ...SEEN }))('%s is %s', (code, kind) => {
    expect(meaningOf(code).kind).toBe(kind)
    expect(meaningOf(code.toUpperCase()).kind).toBe(kind)
  })

  it.each([
    ['AttachCenChildInstance', Object.keys(DOCUMENTED)],
    ['CreateTransitRouterVpcAttachment', DOCUMENTED_CREATE],
    ['CreateTransitRouter', DOCUMENTED_ROUTER],
    ['DetachCenChildInstance', DOCUMENTED_DETACH],
    ['DeleteTransitRouterVpcAttachment', DOCUMENTED_DELETE],
  ])('marks exactly the documented codes of %s as documented', (action, codes) => {
    const marked = ALL_CODES.filter(({ actions, documented }) => documented && actions.includes(action))
    expect(marked.map(({ code }) => code).sort()).toEqual([...codes].sort())
  })

  it.each([
    ['DescribeCenAttachedChildInstanceAttribute', 'ParameterInstanceId', 'absent'],
    ['AttachCenChildInstance', 'ParameterInstanceId', 'rejected'],
    ['GrantInstanceToCbn', 'DuplicatedGrantRule', 'already-granted'],
    ['DescribeCens', 'Operation.Blocking', 'busy'],
    // Which of two wrong editions it is does not matter; a router under way is waited for in minutes.
    ['CreateTransitRouterVpcAttachment', 'OperationUnsupported.TransitRouterType', 'rejected'],
    ['CreateTransitRouterVpcAttachment', 'IncorrectStatus.TransitRouterInstance', 'not-ready'],
    ['CreateTransitRouterVpcAttachment', 'IncorrectStatus.Brand.New', 'busy'],
    ['CreateTransitRouterVpcAttachment', 'InvalidStatus.VpcAttachedFullModeCen', 'rejected'],
    ['CreateTransitRouterVbrAttachment', 'Forbbiden.AttachChildInstanceAcrossUid', 'not-granted'],
    ['CreateTransitRouterVpcAttachment', 'InvalidOperation.ChildInstanceAlreadyAttached', 'already-attached'],
    ['CreateTransitRouterVpcAttachment', 'Forbidden.ResourceOwnerTransitRouterServiceNotOpen', 'unauthorized'],
    ['CreateTransitRouterVpcAttachment', 'NoPermission.AliyunServiceRoleForCEN', 'unauthorized'],
    ['CreateTransitRouterVpcAttachment', 'TokenProcessing', 'busy'],
    ['CreateTransitRouter', 'InstanceExist.TransitRouterInstance', 'busy'],
    ['ListTransitRouterVpcAttachments', 'IllegalParam.Region', 'absent'],
    ['CreateTransitRouter', 'IllegalParam.Region', 'rejected'],
    ['DetachCenChildInstance', 'ParameterInstanceId', 'absent'],
    ['DetachCenChildInstance', 'Bid.NotFound', 'rejected'],
    ['DetachCenChildInstance', 'OperationFailed.AttachmentReferencedVpcRouteEntryExisted', 'blocked'],
    ['DeleteTransitRouterVpcAttachment', 'OperationFailed.AttachmentReferencedVpcRouteEntryExisted', 'busy'],
    ['DeleteTransitRouterVpcAttachment', 'OperationFailed.RouteEntryExist', 'blocked'],
    ['DeleteTransitRouterVbrAttachment', 'InvalidTransitRouterAttachmentId.NotFound', 'absent'],
    ['EnableTransitRouterRouteTablePropagation', 'InvalidTransitRouterAttachmentId.NotFound', 'busy'],
    ['DisableTransitRouterRouteTablePropagation', 'InvalidTransitRouterAttachmentId.NotFound', 'absent'],
    ['GrantInstanceToTransitRouter', 'InstanceExist', 'already-granted'],
    ['RevokeInstanceFromCen', 'InvalidInstanceId.NotFound', 'absent'],
    ['GrantInstanceToCen', 'InvalidInstanceId.NotFound', 'rejected'],
  ])('depends on the action: %s, %s is %s', (action, code, kind) => {
    expect(meaningOf(code, 400, action).kind).toBe(kind)
    expect(failureOf({ code, action }).kind).toBe(kind)
  })

  it('takes the corrected spelling for that of the API', () => {
    expect(meaningOf('Forbidden.AttachChildInstanceAcrossUid').kind).toBe('not-granted')
    expect(meaningOf('InvalidOperation.CenAlreadyAutoPublishRouteToInstance').row?.documented).toBe(true)
  })

  it('names the action that RAM denies', () => {
    expect(failureOf({ code: 'Unauthorized', action: 'CreateTransitRouter' }).advice).toContain(
      'RAM denies CreateTransitRouter:',
    )
    expect(meaningOf('NoPermission').advice).toContain('RAM denies the call:')
    expect(meaningOf('Unauthorized', 400, 'AttachCenChildInstance').advice).toContain('cen:AttachCenChildInstance')
  })

  it('is in one table for each action', () => {
    const actions = API_CODES.flatMap(({ actions }) => actions)
    expect(actions.filter((action, index) => actions.indexOf(action) < index)).toEqual([])
  })

  it('gives commands that the CLI takes in advice', () => {
    const commands = ALL_CODES.flatMap(({ advice }) => [
      ...advice.matchAll(/aliyun [a-z]+ [A-Z]\w+(?: --\w+ \w[\w.]*)*/g),
    ])
    expect(commands.length).toBeGreaterThan(20)
    for (const [command] of commands)
      expect([command, faultsOfCommand(command.replace(/\.$/, ''))]).toEqual([command, []])
  })

  it('takes an unlisted 4xx code for unknown, and an unlisted 5xx code for an unknown outcome', () => {
    for (const status of [undefined, 400, 403, 404, 409, 429])
      expect(meaningOf('Brand.New', status).kind).toBe('unknown')
    expect(meaningOf('Brand.New', 500).kind).toBe('unavailable')
    expect(meaningOf('IncorrectStatus.VpcSwitch', 500).kind).toBe('busy')
  })

  it('lists no code twice, gives advice for each, and has a rule for each kind', () => {
    const codes = ALL_CODES.flatMap(({ code, actions }) =>
      [actions].flat().map((action) => `${action} ${code.toLowerCase()}`),
    )
    expect(new Set(codes).size).toBe(codes.length)
    expect(ALL_CODES.filter(({ advice }) => advice.length < 10 || advice.includes('undefined'))).toEqual([])
    expect(Object.keys(RETRY_POLICY).sort()).toEqual([...FAILURE_KINDS].sort())
  })

  it('is documented in docs/error-codes.md', () => {
    expect(readFileSync('docs/error-codes.md', 'utf8')).toBe(codesMarkdown())
  })
})

describe('the facts of a call', () => {
  it('are kept, and those that are missing are absent', () => {
    const facts = { code: 'Bid.NotFound', message: 'no such account', httpStatus: 404, apiRequestId: 'A-1' }
    expect(failureOf({ ...facts, advice: 'Ask.', retryAfterMs: 0 })).toEqual({
      ...facts,
      kind: 'rejected',
      advice: 'Ask.',
      retryAfterMs: 0,
    })
    expect(Object.keys(failureOf({ code: 'Bid.NotFound' })).sort()).toEqual(['advice', 'code', 'kind', 'message'])
  })

  it('make a message: the one of the API, else that of the table, else the code', () => {
    const code = 'Forbbiden.AttachChildInstanceAcrossBid'
    expect(failureOf({ code }).message).toBe('Operation is invalid, please apply for cross-bid attaching.')
    expect(failureOf({ code, message: 'no' }).message).toBe('no')
    expect(failureOf({ code: 'Brand.New', message: '' }).message).toBe('Brand.New')
  })

  it('do not keep what a server says about credentials, for it quotes what was signed', () => {
    const { message, advice } = failureOf({ code: 'SignatureDoesNotMatch', message: 'you signed GET&secret' })
    expect(message).toBe(advice)
  })

  it('make an answer that failed', () => {
    expect(refusal('Bid.NotFound', 'no')).toEqual({
      ok: false,
      failure: failureOf({ code: 'Bid.NotFound', message: 'no' }),
    })
  })
})

describe('the text of a server', () => {
  it('is well-formed and bounded, and a code or an id is a single line', () => {
    const failure = failureOf({ code: `A\ud800\n${'x'.repeat(300)}`, message: 'so\udc00', apiRequestId: '\ud800id' })
    expect(failure.code).toBe(`A  ${'x'.repeat(253)}`)
    expect(failure.message).toBe('so\ufffd')
    expect(failure.apiRequestId).toBe(' id')
    expect(failureOf({ code: 'X', message: 'y'.repeat(2_000_000) }).message).toHaveLength(12_000)
    expect(failureOf({ code: `${'x'.repeat(255)}😀` }).code).toBe('x'.repeat(255))
  })

  it('is an unreadable answer if the code is empty', () => {
    expect(failureOf({ code: ' \u0000' })).toMatchObject({ code: 'UnreadableAnswer', kind: 'unavailable' })
  })

  it('is scrubbed before it is cut', () => {
    const token = `signature=${'z'.repeat(3_000)}`
    const { message } = failureOf({ code: 'X', message: `${'y '.repeat(5_900)}${token}` })
    expect(message).not.toContain('zzz')
  })

  it('may ask for a wait of at most 5 minutes', () => {
    expect(failureOf({ code: 'Throttling', retryAfterMs: 1e15 }).retryAfterMs).toBe(300_000)
    for (const retryAfterMs of [-1, Number.NaN])
      expect(failureOf({ code: 'Throttling', retryAfterMs })).not.toHaveProperty('retryAfterMs')
  })
})
