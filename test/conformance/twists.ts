/** What the second emulator answers otherwise, and the facts that must then be reported as different. */
import { NOBODY } from '../../conformance/targets/accounts.js'
import { BARE_ACCOUNT, OWNER_ACCOUNT } from '../../conformance/targets/emulator.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { body, entries, isOk, otherCodes, refuse, type Twist, without, withoutMessages } from './second-emulator.js'

interface Group {
  readonly name: string
  readonly world?: Readonly<Record<string, unknown>>
  readonly twists?: readonly Twist[]
  /** The ids of the facts that differ; only these are run. */
  readonly differ: readonly string[]
}

const CREATE = 'CreateTransitRouterVpcAttachment'
const LIST = 'ListTransitRouterVpcAttachments'
const DELETE = 'DeleteTransitRouterVpcAttachment'
const ASSOCIATE = 'AssociateTransitRouterAttachmentWithRouteTable'
const ASSOCIATIONS = 'ListTransitRouterRouteTableAssociations'
const ROUTE = 'CreateCenChildInstanceRouteEntryToAttachment'
const ATTACHMENTS = 'TransitRouterAttachments'
const MINUTE = 60_000

const isOnly = (parameters: Readonly<Record<string, string>>, name: string, value: string): boolean =>
  Object.keys(parameters).length === 1 && parameters[name] === value

/** The third call without parameters: before it the suite was idle. */
function idleRefused(): Twist {
  let calls = 0
  return refuse(
    'DescribeCens',
    'InternalError',
    ({ parameters }) => Object.keys(parameters).length === 0 && ++calls === 3,
  )
}

/** DescribeCenAttachedChildInstances also lists what was attached to a router. */
function listedByBasicCalls(): Twist {
  let attached: string | undefined
  return {
    answer({ action, parameters }, answer) {
      if (action === CREATE && isOk(answer)) attached ??= parameters.VpcId
      if (action !== 'DescribeCenAttachedChildInstances' || !isOk(answer)) return undefined
      const ChildInstance = [{ ChildInstanceId: attached, Status: 'Attached' }]
      return { ...answer, body: { ...answer.body, ChildInstances: { ChildInstance } } }
    },
  }
}

/** A grant is seen before it is made, and after it was revoked. */
function stillGranted(): Twist {
  let isRevoked = false
  return {
    answer({ action, parameters: { ChildInstanceId } }, answer, nth) {
      if (action === 'RevokeInstanceFromTransitRouter') isRevoked = true
      if (action !== 'DescribeGrantRulesToCen' || !(isRevoked || nth === 1)) return undefined
      return { ...answer, body: { ...answer.body, GrantRules: { GrantRule: [{ ChildInstanceId }] } } }
    },
  }
}

/** DescribeCens takes a page of 51. */
const accept51: Twist = {
  answer: ({ action, parameters }, { body: { RequestId } }) =>
    action === 'DescribeCens' && parameters.PageSize === '51'
      ? { http: 200, body: { RequestId, PageSize: 51, Cens: { Cen: [] } } }
      : undefined,
}

const renamed = (from: string, to: string) => (entry: Record<string, unknown>) =>
  entry.Status === from ? { Status: to } : {}

export const GROUPS: readonly Group[] = [
  {
    name: 'other codes for every refusal',
    twists: [otherCodes],
    differ: [
      'errors.unknown-cen',
      'errors.unknown-region',
      'errors.unknown-action',
      'edition.attach-while-created',
      'edition.one-router-a-region',
      'edition.basic-attach-refused',
      'edition.basic-detach-refused',
      'edition.enterprise-attach-on-basic',
      'attach.already-on-router',
      'attach.dry-run',
      'attach.several-cens',
      'attach.unknown-vpc',
      'attach.unknown-cen',
      'attach.no-place',
      'zones.twice',
      'zones.unknown',
      'zones.unknown-vswitch',
      'zones.vswitch-of-another',
      'zones.none',
      'routing.second-association',
      'routing.second-propagation',
      'routing.second-route',
      'tokens.other-parameters',
      'grants.missing',
      'grants.unknown-account',
      'grants.old-call-counts',
      'grants.role-of-the-owner',
      'basic.absent',
      'basic.attached-already',
      'basic.detached',
      'basic.detach-repeated',
      'detach.blocked-by-association',
      'detach.blocked-by-propagation',
      'detach.blocked-by-vpc-route',
      'detach.repeated',
      'detach.router-in-use',
      'detach.force-with-route',
    ],
  },
  {
    name: 'other times',
    world: {
      limits: {
        attachMs: 16 * MINUTE,
        enterpriseDetachMs: 16 * MINUTE,
        routerMs: 16 * MINUTE,
        associateMs: 3 * MINUTE,
        grantDelayMs: MINUTE,
      },
    },
    differ: [
      'edition.router-minutes',
      'attach.lasts',
      'attach.lasts-with-router',
      'routing.association-lasts',
      'grants.seen-soon',
      'basic.lasts',
      'detach.lasts',
    ],
  },
  {
    name: 'one change at a time, and no wait for a grant',
    world: { limits: { attachesAtOnce: 1, grantMs: 0 } },
    differ: ['limits.same-router', 'grants.overlapping'],
  },
  {
    name: 'one change at a time in the whole account',
    twists: [
      refuse(
        CREATE,
        'Operation.Blocking',
        ({ parameters }, nth) => parameters.ClientToken?.endsWith('attach-c') === true && nth < 10,
      ),
      refuse(ROUTE, 'Operation.Blocking', (_call, nth) => nth === 1),
    ],
    differ: ['limits.other-cen', 'limits.vpc-route'],
  },
  {
    name: 'other statuses',
    twists: [
      entries('ListTransitRouters', 'TransitRouters', renamed('Creating', 'Building')),
      entries(LIST, ATTACHMENTS, (entry) => ({
        ...renamed('Attaching', 'Creating')(entry),
        ...renamed('Detaching', 'Deleting')(entry),
      })),
      entries(ASSOCIATIONS, 'TransitRouterAssociations', (entry) => ({
        ...renamed('Associating', 'Binding')(entry),
        ...renamed('Dissociating', 'Unbinding')(entry),
      })),
      entries('ListTransitRouterRouteTablePropagations', 'TransitRouterPropagations', renamed('Enabling', 'Turning')),
      body('DescribeCenAttachedChildInstanceAttribute', ({ Status }) =>
        Status === 'Attaching' ? { Status: 'Creating' } : undefined,
      ),
    ],
    differ: [
      'edition.router-statuses',
      'attach.asynchronous',
      'routing.association',
      'routing.propagation',
      'basic.asynchronous',
      'detach.dissociating',
      'detach.statuses',
    ],
  },
  {
    name: 'other fields',
    twists: [
      withoutMessages,
      entries('DescribeCens', 'Cens.Cen', () => ({ ProtectionLevel: 'FULL', Tags: { Tag: [] } })),
      entries('ListTransitRouters', 'TransitRouters', ({ Type }) => ({
        Type: Type === 'Enterprise' ? 'Basic' : 'Enterprise',
      })),
      entries(LIST, ATTACHMENTS, ({ ZoneMappings, CreationTime }) => ({
        CreationTime: String(CreationTime).slice(0, 16),
        VpcOwnerId: '1999999999999999',
        ZoneMappings: [...(ZoneMappings as object[]), ...(ZoneMappings as object[])],
      })),
      entries('DescribeVSwitches', 'VSwitches.VSwitch', () => ({ AvailableIpAddressCount: 61 })),
      body('ListTransitRouterAvailableResource', ({ AvailableZones }) => ({
        AvailableZones: [...(AvailableZones as string[]), 'zone-9'],
      })),
      body('DescribeRouteTableList', ({ RouterTableList }) => {
        const { RouterTableListType: [first] = [] } = RouterTableList as { RouterTableListType: object[] }
        return {
          RouterTableList: {
            RouterTableListType: [first, { ...first, RouteTableId: 'vtb-gateway', AssociateType: 'Gateway' }],
          },
        }
      }),
      body('ListTransitRouterRouteTables', ({ TransitRouterRouteTables: all }) => ({
        TransitRouterRouteTables: (all as object[]).flatMap((one) => [
          one,
          { ...one, TransitRouterRouteTableId: 'vtb-second' },
        ]),
      })),
      body('DescribeCenAttachedChildInstances', (_all, _nth, { parameters }) => ({
        ChildInstances: {
          ChildInstance: [
            {
              ChildInstanceId: 'vpc-enterprise',
              Status: 'Attached',
              CenId: parameters.CenId,
              ChildInstanceAttachTime: '2026-01-01T00:00:30Z',
            },
          ],
        },
      })),
      entries('DescribeRouteEntryList', 'RouteEntrys.RouteEntry', () => ({
        NextHops: { NextHop: [{ NextHopId: 'ngw-1' }] },
      })),
      refuse('GetRole', 'EntityNotExist.Role', ({ caller }) => caller.accountId === HOME_ACCOUNT.accountId),
    ],
    differ: [
      'errors.request-id',
      'errors.tags-at-creation',
      'edition.cen-names-none',
      'edition.attach-creates-router',
      'attach.fields',
      'attach.owner-id',
      'zones.available',
      'zones.vswitch-fields',
      'zones.takes-an-address',
      'zones.one-is-enough',
      'routing.vpc-route',
      'routing.system-table',
      'routing.table-of-vswitches',
      'grants.role-of-the-cen',
      'detach.frees-addresses',
    ],
  },
  {
    name: 'other behaviour of an attach',
    world: {
      accounts: [OWNER_ACCOUNT, BARE_ACCOUNT, { accountId: '1700000000000004', ...NOBODY }],
    },
    twists: [
      idleRefused(),
      body('CheckTransitRouterService', () => ({ Enabled: 'false' })),
      body('ListTransitRouters', (_all, nth, { parameters: { CenId, RegionId } }) =>
        nth === 1
          ? { TransitRouters: [{ TransitRouterId: 'tr-1', CenId, RegionId, Type: 'Enterprise', Status: 'Active' }] }
          : undefined,
      ),
      listedByBasicCalls(),
      refuse('AttachCenChildInstance', 'OperationFailed.InvalidTransitRouter'),
      body(LIST, ({ [ATTACHMENTS]: all }, nth, { parameters }) => {
        if (nth <= 12) return { [ATTACHMENTS]: [] }
        const twice = (all as object[]).flatMap((one) => [one, { ...one, TransitRouterAttachmentId: 'tr-attach-2' }])
        return parameters.MaxResults === '100' ? { [ATTACHMENTS]: twice } : undefined
      }),
      body(ASSOCIATIONS, () => ({
        TransitRouterAssociations: [{ TransitRouterRouteTableId: 'vtb-1', Status: 'Active' }],
      })),
      without(CREATE, 'ClientToken'),
      refuse('CreateTransitRouterVbrAttachment', 'DryRunOperation'),
    ],
    differ: [
      'errors.unknown-key',
      'errors.idle-connection',
      'edition.service-open',
      'edition.new-cen-has-none',
      'edition.basic-list-without-enterprise',
      'edition.basic-attach-without-router',
      'attach.visible-soon',
      'attach.found-by-vpc',
      'attach.unrouted',
      'attach.vbr-dry-run',
      'attach.hidden-flags',
      'tokens.at-once',
      'tokens.repeated',
    ],
  },
  {
    name: 'other pages, and fewer calls',
    world: { limits: { throttle: { calls: 50, windowMs: 1_000, actions: [LIST] } } },
    twists: [
      refuse(LIST, 'InvalidParameter', ({ parameters }) => parameters.MaxResults === '100'),
      without(LIST, 'NextToken'),
      refuse('DescribeCens', 'InvalidParameter', ({ parameters }) => isOnly(parameters, 'PageSize', '50')),
      accept51,
    ],
    differ: ['limits.burst', 'paging.hundred-results', 'paging.next-token', 'paging.fifty-cens', 'paging.too-large'],
  },
  {
    name: 'a page of routes that is refused later',
    twists: [refuse('DescribeRouteEntryList', 'InvalidParameter', (_call, nth) => nth >= 2)],
    differ: ['paging.hundred-routes'],
  },
  {
    name: 'other grants, and other deletions',
    twists: [
      body(LIST, (_all, _nth, { parameters }) => (parameters.MaxResults === '100' ? { NextToken: 'more' } : undefined)),
      without(ASSOCIATE, 'ClientToken', (nth) => nth >= 2),
      body('ListGrantVSwitchesToCen', (_all, nth, { parameters: { VpcId } }) => ({
        VSwitches: nth === 1 ? [{ VSwitchId: 'vsw-1', VpcId, ZoneId: 'cn-hangzhou-h' }] : [],
      })),
      body('DescribeGrantRulesToResource', () => ({ GrantRules: [] })),
      refuse('GrantInstanceToTransitRouter', 'DuplicatedGrantRule', (_call, nth) => nth >= 2),
      stillGranted(),
      entries('DescribeCenAttachedChildInstances', 'ChildInstances.ChildInstance', () => ({
        ChildInstanceAttachTime: '2026-01-01T00:00:30Z',
      })),
      {
        call: (call) =>
          call.action === 'DetachCenChildInstance' && call.caller.accountId === OWNER_ACCOUNT.accountId
            ? { ...call, parameters: { ...call.parameters, CenId: 'cen-hidden' } }
            : undefined,
      },
      refuse(DELETE, 'DryRunOperation', ({ parameters }, _nth, answer) => parameters.DryRun === 'true' && isOk(answer)),
      without(DELETE, 'Force'),
    ],
    differ: [
      'paging.last-page',
      'tokens.association',
      'grants.vswitches-before',
      'grants.vswitches-before-attach',
      'grants.one-record',
      'grants.payer',
      'grants.again',
      'grants.not-made',
      'grants.revoked',
      'basic.attach-time',
      'basic.detach-by-owner',
      'detach.dry-run',
      'detach.force-with-association',
    ],
  },
]

/** Facts that no call of the suite can show; each gives its reason. */
export const NEVER_RUN = [
  'attach.failed-creation',
  'limits.retry-after',
  'limits.attachments-per-router',
  'tokens.window',
  'grants.service-in-both',
  'surroundings.function-error',
  'surroundings.metadata-in-lambda',
  'surroundings.token-file-in-lambda',
  'surroundings.no-managed-bridge',
  'surroundings.ram-resources',
]
