/** Answers of the actions of Basic Edition transit routers. */
import { type ActionCodes, documented, seen } from './row.js'

// biome-ignore format: a table is read by the row
export const BASIC_CODES: readonly ActionCodes[] = [
  // Documented: the page of AttachCenChildInstance (Cbn 2017-09-12).
  { actions: ['AttachCenChildInstance'], during: 'attach', rows: [
    { code: 'Forbbiden.AttachChildInstanceAcrossBid', http: 400, documented: true, kind: 'rejected', message: 'Operation is invalid, please apply for cross-bid attaching.', advice: 'The two accounts belong to different business sites; apply to Alibaba Cloud for cross-BID attaching.' },
    { code: 'IncorrectStatus.VpcSwitch', http: 400, documented: true, kind: 'busy', message: 'Operation is failed because some virtual switch is modifying within the same VPC.', advice: 'A vSwitch of the VPC is changing; retried.' },
    { code: 'Forbbiden.CloudBoxVSwitchExist', http: 400, documented: true, kind: 'rejected', message: 'The operation is not allowed because of cloud box vswitch existed.', advice: 'A vSwitch of the VPC belongs to a CloudBox; such a VPC cannot be attached.' },
    { code: 'OperationFailed.InvalidVpcStatus', http: 400, documented: true, kind: 'busy', message: 'Operation is failed because the child-instance is configuring.', advice: 'The child instance is being configured; retried.' },
    { code: 'OperationFailed.InvalidTransitRouter', http: 400, documented: true, kind: 'rejected', message: 'Operation failed because the transit router is not supported.', advice: 'The region has an Enterprise Edition transit router; use CreateTransitRouterVpcAttachment instead.' },
    { code: 'OperationUnsupported.CenFullLevel', http: 400, documented: true, kind: 'rejected', message: 'CEN full level does not support vpn bgp.', advice: 'CEN instances in FULL mode do not support BGP for VPN gateways.' },
    { code: 'IncorrectStatus.VpcRouteTable', http: 400, documented: true, kind: 'busy', message: 'The VPC route table is not in a desired state.', advice: 'The VPC route table is changing; retried.' },
    { code: 'InvalidOperation.VbrAttachedToEcr', http: 400, documented: true, kind: 'rejected', message: 'VBR has alreay attached to ECR.', advice: 'Detach the VBR from its Express Connect Router first.' },
    { code: 'OperationUnsupported.VpcRoutePropagationSource', http: 400, documented: true, kind: 'rejected', message: 'The operation on this VPC route propagation source is not supported.', advice: 'The VPC has a route propagation source that CEN does not support.' },
    { code: 'InvalidStatus.ResourceStatus', http: 400, documented: true, kind: 'busy', message: 'The resource is not in a valid state for the attachment operation.', advice: 'The resource is changing; retried.' },
    { code: 'IncorrectStatus.TransitRouter', http: 400, documented: true, kind: 'not-ready', message: 'The status of TransitRouter is incorrect.', advice: 'The transit router is being created or upgraded; retried in minutes.' },
    { code: 'InvalidParameter', http: 400, documented: true, kind: 'rejected', message: 'Invalid parameter.', advice: 'Check the request\'s ids, type and region.' },
    { code: 'Unauthorized', http: 400, documented: true, kind: 'unauthorized', message: 'The AccessKeyId is unauthorized.', advice: 'Give the worker\'s identity cen:AttachCenChildInstance on the CEN and on the child instance.' },
    { code: 'Forbidden.AttachChildInstance', http: 403, documented: true, kind: 'rejected', message: 'The attached VBR on some access device models are not supported. Please submit a ticket to continue using this VBR on CEN.', advice: 'The VBR\'s access device is not supported; submit a ticket.' },
    { code: 'Bid.NotFound', http: 404, documented: true, kind: 'rejected', message: 'Not found childInstance Bid by specified AliUid.', advice: 'childInstanceOwnerId is not an account that exists; correct it.' },
    { code: 'Operation.FailedAndTryAgain', http: 404, documented: true, kind: 'busy', message: 'Fail to get customer label by the specified aliUid.', advice: 'A look-up of the account failed; retried a bounded number of times, since a wrong account id may answer the same.' },
    { code: 'InvalidOperation.ChildInstanceRIAlreadyExist', http: 409, documented: true, kind: 'rejected', message: 'Operation is invalid because the child-instance has already been attached to Express Connect.', advice: 'Remove the child instance from Express Connect first.' },
    { code: 'Forbbiden.AttachChildInstanceAcrossUid', http: 409, documented: true, kind: 'not-granted', message: 'Operation is invalid because the child-instance is not authorized to CEN.', advice: 'The owner account must grant the CEN: GrantInstanceToCen for a VPC or VBR, GrantInstanceToCbn for a CCN.' },
    { code: 'InvalidOperation.ChildInstanceAlreadyAttached', http: 409, documented: true, kind: 'already-attached', message: 'Operation is invalid because the child-instance has already been attached to another CEN.', advice: 'Detach it from the other CEN first.' },
    { code: 'InvalidOperation.CenAlreadyAutoPubilshRouteToInstance', http: 409, documented: true, kind: 'rejected', message: 'Operation is invalid because other cen has already auto published route to this instance.', advice: 'Withdraw the routes that another CEN publishes to this instance.' },
    documented('IllegalParam.RegionId', 'rejected', 'childInstanceRegionId is not a region of this product.'),
    seen('ParameterCenInstanceId', 'rejected', 'The CEN does not exist.'),
    seen('ParameterInstanceId', 'rejected', 'The child instance does not exist.'),
  ] },
  // terraform-provider-alicloud, service_alicloud_cbn.go:409 and service_alicloud_cen.go: nothing is attached.
  { actions: ['DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances'], rows: [
    seen('ParameterInstanceId', 'absent', 'Nothing is attached; this is an answer, not a failure.'),
    seen('ParameterCenInstanceId', 'absent', 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.'),
    seen('ParameterCenId', 'absent', 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.'),
    seen('InvalidCenInstanceId.NotFound', 'absent', 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.'),
    seen('ParameterError', 'absent', 'Nothing is attached; this is an answer, not a failure.'),
  ] },
  // Documented: the page of DetachCenChildInstance; the codes for "gone" and "busy" from terraform-provider-alicloud.
  { actions: ['DetachCenChildInstance'], during: 'detach', rows: [
    seen('ParameterInstanceId', 'absent', 'Nothing is attached; this is an answer, not a failure.'),
    seen('ParameterCenInstanceId', 'absent', 'There is no such CEN, so nothing is attached to it; this is an answer, not a failure.'),
    // A client takes it for "gone", but an account that does not exist is answered alike.
    seen('Bid.NotFound', 'rejected', 'childInstanceOwnerId is not an account that exists; correct it.', 404),
    documented('OperationFailed.AttachmentReferencedVpcRouteEntryExisted', 'blocked', 'Remove the routes of the VPC to the attachment first: aliyun vpc DeleteRouteEntry --RouteEntryId ID --RegionId REGION --region REGION.'),
    documented('OperationFailed.CenReferencedVpcRouteEntryExisted', 'blocked', 'Remove the routes of the VPC to the CEN first: aliyun vpc DeleteRouteEntry --RouteEntryId ID --RegionId REGION --region REGION.'),
    documented('InvalidOperation.CustomRegionDomainRouteEntryExist', 'blocked', 'Remove the custom routes of the CEN to the network first: aliyun cbn DeleteCenChildInstanceRouteEntryToCen --CenId ID --ChildInstanceId ID --ChildInstanceType TYPE --ChildInstanceRegionId REGION --RouteTableId ID --DestinationCidrBlock BLOCK.'),
    documented('Forbidden.PrivatezoneRouteExisted', 'blocked', 'Remove the PrivateZone access of the VPC first: aliyun cbn UnroutePrivateZoneInCenToVpc --CenId ID --AccessRegionId REGION.'),
    documented('Forbidden.OptimizationCCNExisted', 'blocked', 'Switch off the optimisation of the CCN first, in the console of Smart Access Gateway.'),
    documented('OperationFailed.VbrAttachedVbrHa', 'blocked', 'Delete the VBR failover group first: aliyun vpc DeleteVbrHa --InstanceId ID --RegionId REGION --region REGION.'),
    documented('OperationFailed.RIInstanceExist', 'blocked', 'Delete the router interface of the VBR first: aliyun vpc DeleteRouterInterface --RouterInterfaceId ID --RegionId REGION --region REGION.'),
    documented('InvalidOperation.BondVbrAssociated', 'blocked', 'Remove the physical connections that are bound to the VBR first: aliyun vpc UnassociatePhysicalConnectionFromVirtualBorderRouter --VbrId ID --PhysicalConnectionId ID --RegionId REGION --region REGION.'),
    documented('OperationFailed.VbrWithAllowPrefixes', 'blocked', 'Remove the allowed prefixes of the VBR first, in the console of Express Connect.'),
    documented('IncorrectStatus.Vpc', 'busy', 'The VPC is changing; retried.'),
    documented('IncorrectStatus.VpcRouteTable', 'busy', 'The VPC route table is changing; retried.'),
    documented('Forbidden.TypeInvalid', 'rejected', 'The region has a transit router of another edition than was read, or one that does not support this type; ask again.'),
    documented('OperationNotPermitted.AttachmentManagedByCloudService', 'rejected', 'A cloud service manages the attachment; remove it in that service.'),
  ] },
]
