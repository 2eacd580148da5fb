/** Every Alibaba call that an attach or `doctor` can make, and what RAM must allow for it: data for the docs, the policies and their test. */
import { OWNER_RULES, type RamPermission } from './basic/owner-grant.js'

export interface AlibabaPermission {
  /** The API's action; a name that two products have is listed for each. */
  readonly call: string
  readonly product: 'cbn' | 'sts' | 'vpc' | 'smartag' | 'ram'
  /** Empty if the action needs no permission. `ACCOUNT` is the account that owns the CENs, `ROLE` the grant role's name. */
  readonly allows: readonly RamPermission[]
  /** The owner of the account in which the call is made. */
  readonly in: 'the CENs' | 'the CENs, by `doctor` only' | 'the owner of the child instance'
  readonly why: string
  /** A deployment with this setting does not need it, unless a request names a routing field. */
  readonly unless?: 'ROUTING=none' | 'TRANSIT_ROUTER=existing'
}

const CEN = 'acs:cen:*:ACCOUNT:ceninstance/*'
export const CHILDREN = [
  'acs:vpc:*:ACCOUNT:vpc/*',
  'acs:vpc:*:ACCOUNT:virtualborderrouter/*',
  'acs:vpc:*:ACCOUNT:ccn/*',
]
export const onCen = (action: string): readonly RamPermission[] => [{ action: `cen:${action}`, resource: CEN }]
export const onRouter = (action: string): readonly RamPermission[] => [
  { action: `cen:${action}`, resource: 'acs:cen:*:ACCOUNT:centransitrouter/*' },
]
export const onAttachment = (action: string): readonly RamPermission[] => [
  { action: `cen:${action}`, resource: 'acs:cen:*:ACCOUNT:centransitrouterattachment/*' },
]
export const onVpcPart = (action: string, part: 'vswitch' | 'routetable', account: 'ACCOUNT' | '*') => [
  { action: `vpc:${action}`, resource: `acs:vpc:*:${account}:${part}/*` },
]

export const onOwned = (change: 'grant' | 'revoke', product: 'vpc' | 'smartag'): readonly RamPermission[] =>
  Object.values(OWNER_RULES)
    .filter((rule) => rule.product === product)
    .map(({ [change]: action, resource }) => ({ action, resource: `acs:${product}:*:*:${resource}/*` }))

const BASIC = 'Basic Edition: '
const ENTERPRISE = 'Enterprise Edition: '
const ROUTED = { in: 'the CENs', unless: 'ROUTING=none' } as const
const OWNER = 'the owner of the child instance'

/**
 * Source: the section RAM authorization of each action's page in the API reference; the resources of the actions that read
 * Enterprise Edition, of propagations, of VPC routes and of GrantInstanceToTransitRouter are assumed.
 */
// biome-ignore format: a table is read by the row
export const ALIBABA_PERMISSIONS: readonly AlibabaPermission[] = [
  { product: 'cbn', call: 'AttachCenChildInstance', in: 'the CENs', why: `${BASIC}attach`,
    allows: [...onCen('AttachCenChildInstance'), ...CHILDREN.map((resource) => ({ action: 'cen:AttachCenChildInstance', resource }))] },
  { product: 'cbn', call: 'DescribeCenAttachedChildInstanceAttribute', in: 'the CENs', why: `${BASIC}read one state`, allows: onCen('DescribeCenAttachedChildInstanceAttribute') },
  { product: 'cbn', call: 'DescribeCenAttachedChildInstances', in: 'the CENs', why: `${BASIC}read many states`, allows: onCen('DescribeCenAttachedChildInstances') },
  { product: 'cbn', call: 'DescribeCens', in: 'the CENs', why: 'dry run: does the CEN exist, and which CEN has the child instance', allows: [{ action: 'cen:DescribeCens', resource: '*' }] },
  { product: 'cbn', call: 'DescribeGrantRulesToCen', in: 'the CENs', why: `${ENTERPRISE}before an attach across accounts; ${BASIC}dry run: has the owner granted`, allows: onCen('DescribeGrantRulesToCen') },
  { product: 'sts', call: 'GetCallerIdentity', in: 'the CENs', why: 'which account an owner must grant to, without CEN_OWNER_ID', allows: [] },
  { product: 'sts', call: 'AssumeRole', in: 'the CENs', why: 'with GRANT_ROLE_NAME: act for an owner', allows: [{ action: 'sts:AssumeRole', resource: 'acs:ram::*:role/ROLE' }] },
  { product: 'sts', call: 'AssumeRoleWithOIDC', in: 'the CENs', why: 'keyless: exchange a token for a session; not signed', allows: [] },
  { product: 'vpc', call: 'GrantInstanceToCen', in: 'the owner of the child instance', why: `with GRANT_ROLE_NAME, ${BASIC}grant a VPC or VBR`, allows: onOwned('grant', 'vpc') },
  { product: 'smartag', call: 'GrantInstanceToCbn', in: 'the owner of the child instance', why: 'with GRANT_ROLE_NAME: grant a CCN', allows: onOwned('grant', 'smartag') },
  { product: 'cbn', call: 'ListTransitRouters', in: 'the CENs', why: 'the edition and the status of the transit router of a region', allows: onCen('ListTransitRouters') },
  { product: 'cbn', call: 'ListTransitRouterAvailableResource', in: 'the CENs', why: `${ENTERPRISE}the zones of a region`, allows: [{ action: 'cen:ListTransitRouterAvailableResource', resource: '*' }] },
  { product: 'cbn', call: 'ListTransitRouterVpcAttachments', in: 'the CENs', why: `${ENTERPRISE}read the state of VPCs`, allows: onCen('ListTransitRouterVpcAttachments') },
  { product: 'cbn', call: 'ListTransitRouterVbrAttachments', in: 'the CENs', why: `${ENTERPRISE}read the state of VBRs`, allows: onCen('ListTransitRouterVbrAttachments') },
  { product: 'vpc', call: 'DescribeVSwitches', in: 'the CENs', why: `${ENTERPRISE}zones and free addresses of a VPC`, allows: onVpcPart('DescribeVSwitches', 'vswitch', 'ACCOUNT') },
  { product: 'cbn', call: 'ListGrantVSwitchesToCen', in: 'the CENs', why: `${ENTERPRISE}vSwitches of an owner that has no role for cen-attach`, allows: onCen('ListGrantVSwitchesToCen') },
  { product: 'cbn', call: 'CreateTransitRouter', in: 'the CENs', unless: 'TRANSIT_ROUTER=existing', why: 'create the transit router of a region that has none', allows: onCen('CreateTransitRouter') },
  { product: 'cbn', call: 'CreateTransitRouterVpcAttachment', in: 'the CENs', why: `${ENTERPRISE}attach a VPC`,
    allows: [...onCen('CreateTransitRouterVpcAttachment'), ...onRouter('CreateTransitRouterVpcAttachment')] },
  { product: 'cbn', call: 'CreateTransitRouterVbrAttachment', in: 'the CENs', why: `${ENTERPRISE}attach a VBR`,
    allows: [...onCen('CreateTransitRouterVbrAttachment'), ...onRouter('CreateTransitRouterVbrAttachment')] },
  { product: 'cbn', call: 'ListTransitRouterRouteTables', ...ROUTED, why: `${ENTERPRISE}the system table of a router`, allows: onRouter('ListTransitRouterRouteTables') },
  { product: 'cbn', call: 'ListTransitRouterRouteTableAssociations', ...ROUTED, why: `${ENTERPRISE}read the association`, allows: onAttachment('ListTransitRouterRouteTableAssociations') },
  { product: 'cbn', call: 'AssociateTransitRouterAttachmentWithRouteTable', ...ROUTED, why: `${ENTERPRISE}associate the attachment`, allows: onAttachment('AssociateTransitRouterAttachmentWithRouteTable') },
  { product: 'cbn', call: 'ListTransitRouterRouteTablePropagations', ...ROUTED, why: `${ENTERPRISE}read the propagations`, allows: onAttachment('ListTransitRouterRouteTablePropagations') },
  { product: 'cbn', call: 'EnableTransitRouterRouteTablePropagation', ...ROUTED, why: `${ENTERPRISE}have its routes learnt`, allows: onAttachment('EnableTransitRouterRouteTablePropagation') },
  { product: 'vpc', call: 'DescribeRouteTableList', ...ROUTED, why: `${ENTERPRISE}the route tables of a VPC`, allows: onVpcPart('DescribeRouteTableList', 'routetable', 'ACCOUNT') },
  { product: 'vpc', call: 'DescribeRouteEntryList', ...ROUTED, why: `${ENTERPRISE}the routes of a VPC`, allows: onVpcPart('DescribeRouteEntryList', 'routetable', 'ACCOUNT') },
  { product: 'cbn', call: 'CreateCenChildInstanceRouteEntryToAttachment', ...ROUTED, why: `${ENTERPRISE}add the routes of a VPC to the attachment`, allows: onCen('CreateCenChildInstanceRouteEntryToAttachment') },
  { product: 'cbn', call: 'UpdateTransitRouterVpcAttachmentAttribute', ...ROUTED, why: `${ENTERPRISE}publish routes to a VPC that is attached`, allows: onAttachment('UpdateTransitRouterVpcAttachmentAttribute') },
  { product: 'cbn', call: 'GrantInstanceToTransitRouter', in: OWNER, why: `with GRANT_ROLE_NAME, ${ENTERPRISE}grant a VPC or VBR`,
    allows: ['vpc', 'virtualborderrouter'].map((part) => ({ action: 'cen:GrantInstanceToTransitRouter', resource: `acs:vpc:*:*:${part}/*` })) },
  { product: 'vpc', call: 'DescribeVSwitches', in: OWNER, why: `with GRANT_ROLE_NAME, ${ENTERPRISE}zones and free addresses of a VPC`, allows: onVpcPart('DescribeVSwitches', 'vswitch', '*') },
  { product: 'vpc', call: 'DescribeRouteTableList', in: OWNER, unless: 'ROUTING=none', why: `with GRANT_ROLE_NAME, ${ENTERPRISE}the route tables of a VPC`, allows: onVpcPart('DescribeRouteTableList', 'routetable', '*') },
  { product: 'vpc', call: 'DescribeRouteEntryList', in: OWNER, unless: 'ROUTING=none', why: `with GRANT_ROLE_NAME, ${ENTERPRISE}the routes of a VPC`, allows: onVpcPart('DescribeRouteEntryList', 'routetable', '*') },
  { product: 'cbn', call: 'CheckTransitRouterService', in: 'the CENs, by `doctor` only', why: 'is the service open', allows: [{ action: 'cen:CheckTransitRouterService', resource: '*' }] },
  { product: 'ram', call: 'GetRole', in: 'the CENs, by `doctor` only', why: 'is there the service-linked role', allows: [{ action: 'ram:GetRole', resource: 'acs:ram:*:ACCOUNT:role/*' }] },
]

interface RamPolicyDocument {
  readonly Version: '1'
  readonly Statement: readonly { readonly Effect: 'Allow'; readonly Action: string; readonly Resource: string[] }[]
}

/** A RAM policy with one statement for each action. */
export function policyFor(
  account: AlibabaPermission['in'],
  permissions: readonly AlibabaPermission[] = ALIBABA_PERMISSIONS,
): RamPolicyDocument {
  const resources = new Map<string, string[]>()
  for (const { allows } of permissions.filter((permission) => permission.in === account))
    for (const { action, resource } of allows) resources.set(action, [...(resources.get(action) ?? []), resource])
  const Statement = [...resources].map(([Action, Resource]) => ({ Effect: 'Allow' as const, Action, Resource }))
  return { Version: '1', Statement }
}
