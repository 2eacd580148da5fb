/** Answers of the actions of Enterprise Edition transit routers (Cbn 2017-09-12) and of the VPC API beside them. */
import { type ActionCodes, documented, seen } from './row.js'

const CREATE = ['CreateTransitRouterVpcAttachment', 'CreateTransitRouterVbrAttachment']
const DELETE = ['DeleteTransitRouterVpcAttachment', 'DeleteTransitRouterVbrAttachment']
const ROUTE = [
  'AssociateTransitRouterAttachmentWithRouteTable',
  'EnableTransitRouterRouteTablePropagation',
  'CreateCenChildInstanceRouteEntryToAttachment',
]
const UNROUTE = [
  'DissociateTransitRouterAttachmentFromRouteTable',
  'DisableTransitRouterRouteTablePropagation',
  'DeleteCenChildInstanceRouteEntryToAttachment',
]
const LIST = [
  'ListTransitRouters',
  'ListTransitRouterVpcAttachments',
  'ListTransitRouterVbrAttachments',
  'ListTransitRouterRouteTables',
  'ListTransitRouterRouteTableAssociations',
  'ListTransitRouterRouteTablePropagations',
]

const OPEN_SERVICE = 'aliyun cbn OpenTransitRouterService'
const CREATE_ROLE = 'aliyun ram CreateServiceLinkedRole --ServiceName cen.aliyuncs.com'

/**
 * Codes that no page of Enterprise Edition names: "not granted" and "attached already" are assumed to be answered as on
 * Basic Edition. The grant calls of both editions are assumed to share their answers, too (codes/shared.ts). What is there
 * already is assumed to be refused, and a route with the code of Vpc's CreateRouteEntry.
 */
export const ASSUMED_CODES = {
  notGranted: 'Forbbiden.AttachChildInstanceAcrossUid',
  alreadyAttached: 'InvalidOperation.ChildInstanceAlreadyAttached',
  alreadyAssociated: 'OperationFailed.RouteTableAssociationExist',
  alreadyPropagating: 'OperationFailed.RouteTablePropagationExist',
  routeExists: 'RouterEntryConflict.Duplicated',
} as const

// biome-ignore format: a table is read by the row
export const ENTERPRISE_CODES: readonly ActionCodes[] = [
  // Documented: the page of CreateTransitRouterVpcAttachment; no error page of …VbrAttachment was found, so it shares the rows.
  { actions: CREATE, during: 'attach', rows: [
    seen(ASSUMED_CODES.notGranted, 'not-granted', 'The owner account must grant the transit router: GrantInstanceToTransitRouter.', 409),
    seen(ASSUMED_CODES.alreadyAttached, 'already-attached', 'The state is read: attached to this transit router is success.', 409),
    seen('IncorrectStatus.Status', 'busy', 'The transit router or the network is changing; retried.'),
    seen('IncorrectStatus.Attachment', 'busy', 'Another attachment is changing; retried.'),
    documented('IncorrectStatus.VpcResource', 'busy', 'A resource of the VPC is changing; retried.'),
    documented('IncorrectStatus.Vpc', 'busy', 'The VPC is changing; retried.'),
    documented('IncorrectStatus.VpcOrVswitch', 'busy', 'The VPC or a vSwitch of it is changing; retried.'),
    documented('IncorrectStatus.VpcRouteTable', 'busy', 'The VPC route table is changing; retried.'),
    documented('IncorrectStatus.VpcSwitch', 'busy', 'A vSwitch of the VPC is changing; retried.', 409),
    documented('InvalidOperation.CenInstanceStatus', 'busy', 'The CEN is being changed; retried.', 409),
    documented('IncorrectStatus.TransitRouterInstance', 'not-ready', 'The transit router is being created or upgraded; retried in minutes.'),
    documented('IncorrectStatus.TransitRouter', 'not-ready', 'The transit router is being created or upgraded; retried in minutes.'),
    documented('OperationUnsupported.TransitRouterType', 'rejected', 'The region has a Basic Edition transit router, or one of another type than was read; ask again, and upgrade the router if it stays so.'),
    documented('InvalidTransitRouterMode.NeedUpgrade', 'rejected', 'The transit router runs in the old mode; upgrade it, then ask again.'),
    documented('IllegalParam.ServiceMode', 'rejected', 'The service mode of the transit router does not allow this; upgrade it, then ask again.'),
    documented('OperationUnsupported.CenFullLevel', 'rejected', 'The CEN has the protection level FULL, which Enterprise Edition does not support; use a CEN with REDUCED.'),
    documented('OperationUnsupported.TransitRouterRegionId', 'rejected', 'Enterprise Edition transit routers are not sold in this region.'),
    documented('InvalidStatus.VpcAttachedFullModeCen', 'rejected', 'The VPC is attached to a CEN with the protection level FULL; detach it there first.'),
    documented('InvalidTransitRouterId.NotFound', 'rejected', 'The transit router was deleted meanwhile; ask again.'),
    documented('InvalidCenId.NotFound', 'rejected', 'The CEN does not exist; correct cenId.'),
    documented('OperationFailed.VSwitchNotFound', 'rejected', 'A vSwitch does not exist in the VPC; correct zoneMappings, or leave it out.'),
    documented('InvalidVSwitchId.NotFound', 'rejected', 'A vSwitch does not exist in the VPC; correct zoneMappings, or leave it out.', 404),
    documented('IllegalParam.ZoneId', 'rejected', 'A zone does not support Enterprise Edition; correct zoneMappings (aliyun cbn ListTransitRouterAvailableResource names the zones), or leave it out.'),
    documented('IllegalParam.VSwitchId', 'rejected', 'A vSwitch is not in the zone or the VPC that is named; correct zoneMappings, or leave it out.'),
    documented('IllegalParam.ZoneMappings', 'rejected', 'The transit router takes other zones: one that is not optimised needs one master and one slave zone (aliyun cbn ListTransitRouterAvailableResource); correct zoneMappings.'),
    documented('Duplicated.ZoneMapping', 'rejected', 'A zone is named twice; correct zoneMappings.'),
    documented('InsufficientIpAddr.vsw', 'rejected', 'A vSwitch has no free address; name another one in zoneMappings, or make a small vSwitch for the attachment.'),
    documented('OperationUnsupported.CloudBoxVswNotSupport', 'rejected', 'A vSwitch belongs to a CloudBox; name another one in zoneMappings.'),
    documented('OperationFailed.VSwitchIpv6CidrNotAllocated', 'rejected', 'A vSwitch has no IPv6 block; allocate one, or name another vSwitch in zoneMappings.'),
    documented('QuotaExceeded.CenQuotaVpcAttachPerTransitRouter', 'rejected', 'The transit router has as many VPCs as its quota allows; raise the quota in the Quota Center, then ask again.'),
    documented('QuotaFull.ChildInstanceRelatedCen', 'rejected', 'The VPC is attached to as many CENs as the quota allows; detach it from one, or raise the quota.'),
    documented('QuotaExceeded.VpcAutoRoutesPublishPerTransitRouter', 'rejected', 'The transit router publishes its routes to 50 VPCs already, which cannot be raised; ask with vpcRoutes private or a list.'),
    documented('OperationNotSupport.VpcAutoRoutesPublish', 'rejected', 'This region cannot publish routes to VPCs; ask with vpcRoutes private or a list.'),
    documented('InvalidOperation.VpcAutoRoutesPublishInOtherCEN', 'rejected', 'Another CEN publishes its routes to this VPC; ask with vpcRoutes private or a list.'),
    documented('Forbbiden.TransitRouterServiceNotOpen', 'unauthorized', `The account of the CEN has not opened the transit router service: ${OPEN_SERVICE} in that account.`),
    documented('Forbidden.TransitRouterServiceExpired', 'unauthorized', `The transit router service of the account of the CEN has expired: pay what is due, then ${OPEN_SERVICE} in that account.`),
    documented('Forbidden.ResourceOwnerTransitRouterServiceNotOpen', 'unauthorized', `The owner account has not opened the transit router service: ${OPEN_SERVICE} in that account.`),
    documented('Forbidden.ResourceOwnerTransitRouterServiceExpired', 'unauthorized', `The transit router service of the owner account has expired: pay what is due, then ${OPEN_SERVICE} in that account.`),
    documented('NoPermission.AliyunServiceRoleForCEN', 'unauthorized', `The service-linked role AliyunServiceRoleForCEN is missing: ${CREATE_ROLE} in the account that owns the network, with the right ram:CreateServiceLinkedRole.`),
    documented('Unauthorized', 'unauthorized', 'Give the identity of the worker the right cen:{action} on the CEN and on the transit router (docs/permissions.md).'),
    documented('Forbbiden.AttachChildInstanceAcrossBid', 'rejected', 'The two accounts belong to different business sites; apply to Alibaba Cloud for cross-BID attaching.'),
    documented('InvalidOperation.VpnAssociated', 'rejected', 'A VPN gateway with BGP uses the VPC; remove the association first.'),
    documented('IllegalParam.RegionId', 'rejected', 'childInstanceRegionId is not a region of this product.'),
    documented('IllegalParam.TransitRouterRegionId', 'rejected', 'childInstanceRegionId is not the region of the transit router.'),
    documented('MissingParam.CenIdOrRegionId', 'rejected', 'The call named neither a transit router nor a CEN with its region; report it.'),
    documented('IllegalParam.ChargeType', 'rejected', 'The charge type is not one of this region; report it.'),
    documented('IllegalParam.Ipv6Support', 'rejected', 'The transit router does not support IPv6 here; report it.'),
    documented('InvalidParameter', 'rejected', 'Check the request\'s ids, type and region.'),
    documented('INVALID_OPERATION_RESOURCE_NOT_SUPPORT_APPLIANCE_MODE', 'rejected', 'The network does not support appliance mode; report it.'),
    seen('InvalidOperation.VbrAttachedToEcr', 'rejected', 'Detach the VBR from its Express Connect Router first.'),
  ] },
  // Documented: the page of CreateTransitRouter.
  { actions: ['CreateTransitRouter'], during: 'attach', rows: [
    documented('InstanceExist.TransitRouterInstance', 'busy', 'Somebody else created the transit router meanwhile; it is read and used.'),
    seen('IncorrectStatus.Status', 'busy', 'The CEN is changing; retried.'),
    documented('OperationUnsupported.RegionId', 'rejected', 'Enterprise Edition transit routers are not sold in this region.'),
    documented('OperationUnsupported.CenFullLevel', 'rejected', 'The CEN has the protection level FULL, which Enterprise Edition does not support; use a CEN with REDUCED.'),
    documented('OperationUnsupported.SupportMulticast', 'rejected', 'Multicast is not supported in this region; report it.'),
    documented('OperationUnsupported.TransitRouterCidrList', 'rejected', 'Address blocks of a transit router are not supported in this region; report it.'),
    documented('OperationUnsupported.Tag', 'rejected', 'Tags are not supported here; report it.'),
    documented('OperationFailed.CidrConflict', 'rejected', 'An address block of the transit router is used already; create the router by hand.'),
    documented('OperationFailed.PostPay95BwpNotAllowEnterpriseTr', 'rejected', 'A bandwidth package of the CEN is paid by the 95th percentile, which Enterprise Edition does not allow; change it first.'),
    documented('Illegal.TrType', 'rejected', 'The CEN cannot have this type of transit router; create the router by hand.'),
    documented('Forbbiden.TransitRouterServiceNotOpen', 'unauthorized', `The account of the CEN has not opened the transit router service: ${OPEN_SERVICE} in that account.`),
    documented('IllegalParam.Region', 'rejected', 'childInstanceRegionId is not a region of this product.'),
    documented('IllegalParam.RegionId', 'rejected', 'childInstanceRegionId is not a region of this product.'),
    documented('IllegalParam.Cidr', 'rejected', 'An address block of the transit router is not valid; report it.'),
    documented('IllegalParam.ServiceMode', 'rejected', 'The CEN does not allow this service mode; report it.'),
    documented('IllegalParam.SupportMulticast', 'rejected', 'Multicast is not supported here; report it.'),
    seen('InvalidCenId.NotFound', 'rejected', 'The CEN does not exist; correct cenId.'),
  ] },
  // terraform-provider-alicloud, the retry lists of association, propagation and route entry; no error page was found.
  { actions: ROUTE, during: 'attach', rows: [
    seen('IncorrectStatus.Status', 'busy', 'The attachment or the route table is changing; retried.'),
    seen('InvalidTransitRouterAttachmentId.NotFound', 'busy', 'The attachment does not show yet, or is gone: its state is read again.'),
    // A reading decides whether it is the one that was asked for.
    seen(ASSUMED_CODES.alreadyAssociated, 'busy', 'The attachment is associated meanwhile: its state is read again.'),
    seen(ASSUMED_CODES.alreadyPropagating, 'busy', 'The attachment propagates meanwhile: its state is read again.'),
    seen(ASSUMED_CODES.routeExists, 'busy', 'The route table has a route to the block meanwhile: it is read again.'),
  ] },
  { actions: UNROUTE, during: 'detach', rows: [
    seen('IncorrectStatus.Status', 'busy', 'The attachment or the route table is changing; retried.'),
    seen('InvalidTransitRouterAttachmentId.NotFound', 'absent', 'The attachment is gone; this is an answer, not a failure.'),
    // The names of the next three codes are assumed.
    seen('InvalidRouteEntry.NotFound', 'absent', 'The route is gone; this is an answer, not a failure.', 404),
    seen('InvalidRouteTableAssociation.NotFound', 'absent', 'The association is gone; this is an answer, not a failure.'),
    seen('InvalidRouteTablePropagation.NotFound', 'absent', 'The propagation is gone; this is an answer, not a failure.'),
  ] },
  // Documented: the page of DeleteTransitRouterVpcAttachment; …VbrAttachment has the same preconditions but for the VPC's routes.
  { actions: DELETE, during: 'detach', rows: [
    documented('InvalidTransitRouterAttachmentId.NotFound', 'absent', 'The attachment is gone; this is an answer, not a failure.'),
    documented('OperationFailed.RouteTableAssociationExist', 'busy', 'An association was made meanwhile; the state is read again, and the detach removes it.'),
    documented('OperationFailed.RouteTablePropagationExist', 'busy', 'A propagation was made meanwhile; the state is read again, and the detach removes it.'),
    documented('OperationFailed.AttachmentReferencedVpcRouteEntryExisted', 'busy', 'A route of the VPC to the attachment was made meanwhile; the state is read again, and the detach removes it.'),
    documented('OperationFailed.RouteEntryExist', 'blocked', 'Remove the custom routes of the transit router to the attachment first: aliyun cbn DeleteTransitRouterRouteEntry --TransitRouterRouteEntryId ID.'),
    documented('OperationFailed.PrefixListExist', 'blocked', 'Remove the prefix list from the route table of the transit router first: aliyun cbn DeleteTransitRouterPrefixListAssociation --PrefixListId ID --TransitRouterId ID --TransitRouterTableId ID --NextHop ID.'),
    documented('OperationFailed.MulticastDomainAssociationExist', 'blocked', 'Remove the attachment from the multicast domain first: aliyun cbn DisassociateTransitRouterMulticastDomain --TransitRouterMulticastDomainId ID --TransitRouterAttachmentId ID.'),
    documented('OperationFailed.FlowLogExistOrNisOpened', 'blocked', 'Delete the flow log of the attachment first (aliyun cbn DeleteFlowlog --FlowLogId ID --RegionId REGION --region REGION), or switch off the network inspection of it.'),
    documented('OperationFailed.NotSupportForceDelete', 'rejected', 'The attachment cannot be deleted by force, and cen-attach never asks for that; report it.'),
    seen('Forbidden.PrivatezoneRouteExisted', 'blocked', 'Remove the PrivateZone access of the VPC first: aliyun cbn UnroutePrivateZoneInCenToVpc --CenId ID --AccessRegionId REGION.'),
    seen('OperationFailed.VbrAttachedVbrHa', 'blocked', 'Delete the VBR failover group first: aliyun vpc DeleteVbrHa --InstanceId ID --RegionId REGION --region REGION.'),
    documented('OperationUnsupported.TransitRouterType', 'rejected', 'The region has a transit router of another edition than was read; ask again.'),
    documented('OperationNotPermitted.AttachmentManagedByCloudService', 'rejected', 'A cloud service manages the attachment; remove it in that service.'),
    documented('IncorrectStatus.VpcRouteEntry', 'busy', 'A route of the VPC is changing; retried.'),
    documented('IncorrectStatus.VpcSwitch', 'busy', 'A vSwitch of the VPC is changing; retried.'),
    documented('IncorrectStatus.Vpc', 'busy', 'The VPC is changing; retried.'),
    documented('IncorrectStatus.VpcRouteTable', 'busy', 'The VPC route table is changing; retried.'),
    documented('IncorrectStatus.VpcResource', 'busy', 'A resource of the VPC is changing; retried.'),
    seen('IncorrectStatus.Status', 'busy', 'The attachment is changing; retried.'),
    seen('IncorrectStatus.Attachment', 'busy', 'The attachment is changing; retried.'),
    seen('IncorrectStatus.VpcOrVswitch', 'busy', 'The VPC or a vSwitch of it is changing; retried.'),
  ] },
  // terraform-provider-alicloud, service_alicloud_cen_v2.go: an unknown region is "not found"; the other two are assumed.
  { actions: LIST, rows: [
    seen('IllegalParam.Region', 'absent', 'The region has no transit router; this is an answer, not a failure.'),
    seen('InvalidCenId.NotFound', 'absent', 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.'),
    seen('InvalidTransitRouterId.NotFound', 'absent', 'There is no such transit router, so nothing is attached to it; this is an answer, not a failure.'),
  ] },
  { actions: ['CheckTransitRouterService', 'OpenTransitRouterService'], rows: [
    seen('USER_NOT_OPEN_TR_SERVICE', 'unauthorized', `The account has not opened the transit router service: ${OPEN_SERVICE} in that account.`),
    seen('INCORRECT_STATUS.TransitRouterService', 'busy', 'The transit router service is being opened; retried.'),
    seen('OperationDenied.TransitRouterService', 'busy', 'The transit router service is being opened; retried.'),
  ] },
  { actions: ['DescribeVpcs', 'DescribeVSwitches', 'DescribeRouteTableList', 'DescribeRouteEntryList'], rows: [
    seen('InvalidVpcId.NotFound', 'rejected', 'The VPC does not exist in this region and account; correct childInstanceId, childInstanceRegionId or childInstanceOwnerId.', 404),
    seen('Forbidden.VpcNotFound', 'rejected', 'The VPC does not exist in this region and account; correct childInstanceId, childInstanceRegionId or childInstanceOwnerId.', 404),
  ] },
]
