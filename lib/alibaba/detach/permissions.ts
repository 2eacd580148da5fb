/** Every Alibaba call that a detach can make, and what RAM must allow for it: an identity that only attaches needs none of it. */
import { type AlibabaPermission, CHILDREN, onAttachment, onCen, onOwned, onRouter, onVpcPart } from '../permissions.js'

const BLOCKERS = 'Enterprise Edition: what else uses the attachment'
const ROLE = 'with GRANT_ROLE_NAME: '

/** Source: the section RAM authorization of each action's page; the resources of the lists of Enterprise Edition are assumed. */
// biome-ignore format: a table is read by the row
export const DETACH_PERMISSIONS: readonly AlibabaPermission[] = [
  { product: 'cbn', call: 'ListTransitRouters', in: 'the CENs', why: 'the edition of a region', allows: onCen('ListTransitRouters') },
  { product: 'cbn', call: 'DescribeCenAttachedChildInstanceAttribute', in: 'the CENs', why: 'Basic Edition: read one state', allows: onCen('DescribeCenAttachedChildInstanceAttribute') },
  { product: 'cbn', call: 'DescribeCenAttachedChildInstances', in: 'the CENs', why: 'Basic Edition: read many states', allows: onCen('DescribeCenAttachedChildInstances') },
  { product: 'cbn', call: 'DetachCenChildInstance', in: 'the CENs', why: 'Basic Edition: detach',
    allows: [...onCen('DetachCenChildInstance'), ...CHILDREN.map((resource) => ({ action: 'cen:DetachCenChildInstance', resource }))] },
  { product: 'cbn', call: 'ListTransitRouterVpcAttachments', in: 'the CENs', why: 'Enterprise Edition: read the state of a VPC', allows: onCen('ListTransitRouterVpcAttachments') },
  { product: 'cbn', call: 'ListTransitRouterVbrAttachments', in: 'the CENs', why: 'Enterprise Edition: read the state of a VBR', allows: onCen('ListTransitRouterVbrAttachments') },
  { product: 'cbn', call: 'ListTransitRouterRouteTables', in: 'the CENs', why: BLOCKERS, allows: onRouter('ListTransitRouterRouteTables') },
  { product: 'cbn', call: 'ListTransitRouterRouteEntries', in: 'the CENs', why: BLOCKERS,
    allows: [{ action: 'cen:ListTransitRouterRouteEntries', resource: 'acs:cen:*:ACCOUNT:centransitrouterroutetable/*' }] },
  { product: 'cbn', call: 'ListTransitRouterPrefixListAssociation', in: 'the CENs', why: BLOCKERS, allows: onRouter('ListTransitRouterPrefixListAssociation') },
  { product: 'cbn', call: 'DescribeFlowlogs', in: 'the CENs', why: BLOCKERS, allows: onCen('DescribeFlowlogs') },
  { product: 'cbn', call: 'ListTransitRouterMulticastDomainAssociations', in: 'the CENs', why: `${BLOCKERS} of a VPC`, allows: onAttachment('ListTransitRouterMulticastDomainAssociations') },
  { product: 'cbn', call: 'DescribeCenPrivateZoneRoutes', in: 'the CENs', why: `${BLOCKERS} of a VPC`, allows: onCen('DescribeCenPrivateZoneRoutes') },
  { product: 'cbn', call: 'DescribeCenVbrHealthCheck', in: 'the CENs', why: `${BLOCKERS} of a VBR`, allows: onCen('DescribeCenVbrHealthCheck') },
  { product: 'vpc', call: 'DescribeRouteTableList', in: 'the CENs', why: 'Enterprise Edition: the route tables of a VPC', allows: onVpcPart('DescribeRouteTableList', 'routetable', 'ACCOUNT') },
  { product: 'vpc', call: 'DescribeRouteEntryList', in: 'the CENs', why: 'Enterprise Edition: the routes of a VPC', allows: onVpcPart('DescribeRouteEntryList', 'routetable', 'ACCOUNT') },
  { product: 'cbn', call: 'ListTransitRouterRouteTablePropagations', in: 'the CENs', why: 'Enterprise Edition: what is still there', allows: onAttachment('ListTransitRouterRouteTablePropagations') },
  { product: 'cbn', call: 'ListTransitRouterRouteTableAssociations', in: 'the CENs', why: 'Enterprise Edition: what is still there', allows: onAttachment('ListTransitRouterRouteTableAssociations') },
  { product: 'cbn', call: 'DeleteCenChildInstanceRouteEntryToAttachment', in: 'the CENs', why: 'Enterprise Edition: remove the routes of a VPC to the attachment', allows: onCen('DeleteCenChildInstanceRouteEntryToAttachment') },
  { product: 'cbn', call: 'DisableTransitRouterRouteTablePropagation', in: 'the CENs', why: 'Enterprise Edition: remove propagations', allows: onAttachment('DisableTransitRouterRouteTablePropagation') },
  { product: 'cbn', call: 'DissociateTransitRouterAttachmentFromRouteTable', in: 'the CENs', why: 'Enterprise Edition: remove the association', allows: onAttachment('DissociateTransitRouterAttachmentFromRouteTable') },
  { product: 'cbn', call: 'DeleteTransitRouterVpcAttachment', in: 'the CENs', why: 'Enterprise Edition: detach a VPC', allows: onAttachment('DeleteTransitRouterVpcAttachment') },
  { product: 'cbn', call: 'DeleteTransitRouterVbrAttachment', in: 'the CENs', why: 'Enterprise Edition: detach a VBR', allows: onAttachment('DeleteTransitRouterVbrAttachment') },
  { product: 'cbn', call: 'DescribeGrantRulesToCen', in: 'the CENs', why: `${ROLE}is the grant gone`, allows: onCen('DescribeGrantRulesToCen') },
  { product: 'sts', call: 'GetCallerIdentity', in: 'the CENs', why: 'the account of the CENs, without CEN_OWNER_ID', allows: [] },
  { product: 'sts', call: 'AssumeRole', in: 'the CENs', why: `${ROLE}act for an owner`, allows: [{ action: 'sts:AssumeRole', resource: 'acs:ram::*:role/ROLE' }] },
  { product: 'vpc', call: 'DescribeRouteTableList', in: 'the owner of the child instance', why: `${ROLE}the route tables of a VPC`, allows: onVpcPart('DescribeRouteTableList', 'routetable', '*') },
  { product: 'vpc', call: 'DescribeRouteEntryList', in: 'the owner of the child instance', why: `${ROLE}the routes of a VPC`, allows: onVpcPart('DescribeRouteEntryList', 'routetable', '*') },
  { product: 'vpc', call: 'RevokeInstanceFromCen', in: 'the owner of the child instance', why: `${ROLE}take back the grant of a VPC or VBR`, allows: onOwned('revoke', 'vpc') },
  { product: 'smartag', call: 'RevokeInstanceFromCbn', in: 'the owner of the child instance', why: `${ROLE}take back the grant of a CCN`, allows: onOwned('revoke', 'smartag') },
  { product: 'cbn', call: 'RevokeInstanceFromTransitRouter', in: 'the owner of the child instance', why: `${ROLE}take back the grant of a VPC or VBR on Enterprise Edition`,
    allows: [{ action: 'cen:RevokeInstanceFromTransitRouter', resource: '*' }] },
]
