/** Every Alibaba call that an attach or `doctor` can make, and what RAM must allow for it: data for the docs, the policies and their test. */
import { GRANT_RULES, type RamPermission } from './basic/owner-grant.js'

export interface AlibabaPermission {
  /** The API's action; a name that two products have is listed for each. */
  readonly call: string
  readonly product: 'cbn' | 'sts' | 'vpc' | 'smartag' | 'ram'
  /** Empty if the action needs no permission. `ACCOUNT` is the account that owns the CENs, `ROLE` the grant role's name. */
  readonly allows: readonly RamPermission[]
  /** The owner of the account in which the call is made. */
  readonly in: 'the CENs' | 'the CENs, by `doctor` only' | 'the owner of the child instance'
  readonly why: string
}

const CEN = 'acs:cen:*:ACCOUNT:ceninstance/*'
export const CHILDREN = [
  'acs:vpc:*:ACCOUNT:vpc/*',
  'acs:vpc:*:ACCOUNT:virtualborderrouter/*',
  'acs:vpc:*:ACCOUNT:ccn/*',
]
export const onCen = (action: string): readonly RamPermission[] => [{ action: `cen:${action}`, resource: CEN }]

const granting = (product: 'vpc' | 'smartag'): readonly RamPermission[] =>
  Object.values(GRANT_RULES)
    .filter((rule) => rule.product === product)
    .map(({ action, resource }) => ({ action, resource: `acs:${product}:*:*:${resource}/*` }))

/** Source: the section RAM authorization of each action's page in the API reference. */
// biome-ignore format: a table is read by the row
export const ALIBABA_PERMISSIONS: readonly AlibabaPermission[] = [
  { product: 'cbn', call: 'AttachCenChildInstance', in: 'the CENs', why: 'attach',
    allows: [...onCen('AttachCenChildInstance'), ...CHILDREN.map((resource) => ({ action: 'cen:AttachCenChildInstance', resource }))] },
  { product: 'cbn', call: 'DescribeCenAttachedChildInstanceAttribute', in: 'the CENs', why: 'read one state', allows: onCen('DescribeCenAttachedChildInstanceAttribute') },
  { product: 'cbn', call: 'DescribeCenAttachedChildInstances', in: 'the CENs', why: 'read many states', allows: onCen('DescribeCenAttachedChildInstances') },
  { product: 'cbn', call: 'DescribeCens', in: 'the CENs', why: 'dry run: does the CEN exist, and which CEN has the child instance', allows: [{ action: 'cen:DescribeCens', resource: '*' }] },
  { product: 'cbn', call: 'DescribeGrantRulesToCen', in: 'the CENs', why: 'dry run: has the owner granted', allows: onCen('DescribeGrantRulesToCen') },
  { product: 'sts', call: 'GetCallerIdentity', in: 'the CENs', why: 'which account an owner must grant to, without CEN_OWNER_ID', allows: [] },
  { product: 'sts', call: 'AssumeRole', in: 'the CENs', why: 'with GRANT_ROLE_NAME: act for an owner', allows: [{ action: 'sts:AssumeRole', resource: 'acs:ram::*:role/ROLE' }] },
  { product: 'sts', call: 'AssumeRoleWithOIDC', in: 'the CENs', why: 'keyless: exchange a token for a session; not signed', allows: [] },
  { product: 'vpc', call: 'GrantInstanceToCen', in: 'the owner of the child instance', why: 'with GRANT_ROLE_NAME: grant a VPC or VBR', allows: granting('vpc') },
  { product: 'smartag', call: 'GrantInstanceToCbn', in: 'the owner of the child instance', why: 'with GRANT_ROLE_NAME: grant a CCN', allows: granting('smartag') },
  { product: 'cbn', call: 'ListTransitRouters', in: 'the CENs, by `doctor` only', why: 'edition and status of each region', allows: onCen('ListTransitRouters') },
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
