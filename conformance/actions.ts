/** Every action that a run may call, by account and product of RAM: the policy of its keys. */
import type { AccountName } from './lab/resources.js'

const CEN_WRITES = [
  'AssociateTransitRouterAttachmentWithRouteTable',
  'AttachCenChildInstance',
  'CreateCen',
  'CreateCenChildInstanceRouteEntryToAttachment',
  'CreateTransitRouter',
  'CreateTransitRouterVbrAttachment',
  'CreateTransitRouterVpcAttachment',
  'DeleteCen',
  'DeleteCenChildInstanceRouteEntryToAttachment',
  'DeleteTransitRouter',
  'DeleteTransitRouterVpcAttachment',
  'DetachCenChildInstance',
  'DisableTransitRouterRouteTablePropagation',
  'DissociateTransitRouterAttachmentFromRouteTable',
  'EnableTransitRouterRouteTablePropagation',
  'TagResources',
]
const CEN_READS = [
  'CheckTransitRouterService',
  'DescribeCenAttachedChildInstanceAttribute',
  'DescribeCenAttachedChildInstances',
  'DescribeCens',
  'DescribeGrantRulesToCen',
  'ListGrantVSwitchesToCen',
  'ListTransitRouterAvailableResource',
  'ListTransitRouterRouteTableAssociations',
  'ListTransitRouterRouteTablePropagations',
  'ListTransitRouterRouteTables',
  'ListTransitRouterVpcAttachments',
  'ListTransitRouters',
]
const NETWORK_ACTIONS = [
  'CreateVSwitch',
  'CreateVpc',
  'DeleteVSwitch',
  'DeleteVpc',
  'DescribeVSwitches',
  'DescribeVpcs',
  'TagResources',
]
const GRANT_ACTIONS = ['GrantInstanceToTransitRouter', 'RevokeInstanceFromTransitRouter']

type ActionsOf = Readonly<Record<'cen' | 'vpc' | 'ram', readonly string[]>>

export const CONFORMANCE_ACTIONS: Readonly<Record<AccountName, ActionsOf>> = {
  own: {
    cen: [...CEN_WRITES, ...CEN_READS].sort(),
    vpc: [...NETWORK_ACTIONS, 'DescribeRouteEntryList', 'DescribeRouteTableList'],
    ram: ['GetRole'],
  },
  owner: {
    cen: ['DescribeGrantRulesToResource', 'DetachCenChildInstance', ...GRANT_ACTIONS],
    vpc: [...NETWORK_ACTIONS, 'GrantInstanceToCen', 'RevokeInstanceFromCen'].sort(),
    ram: [],
  },
  bare: { cen: GRANT_ACTIONS, vpc: NETWORK_ACTIONS, ram: ['GetRole'] },
}

/** A RAM policy: the resources do not exist before the run, so each action is allowed on all. */
export const conformancePolicy = (account: AccountName): object => ({
  Version: '1',
  Statement: Object.entries(CONFORMANCE_ACTIONS[account])
    .filter(([, actions]) => actions.length > 0)
    .map(([product, actions]) => ({
      Effect: 'Allow',
      Action: actions.map((action) => `${product}:${action}`),
      Resource: '*',
    })),
})
