/** The actions of Cbn that are of Enterprise Edition transit routers, with the resources that RAM checks. */
import {
  anyResource,
  attachmentArn,
  cenArn,
  type EmulatedProduct,
  routerArn,
  routerGrantArn,
  routerTableArn,
} from '../auth/permissions.js'
import { answerCreateTransitRouterVbrAttachment } from './cbn/attachments/create-transit-router-vbr-attachment.js'
import { answerCreateTransitRouterVpcAttachment } from './cbn/attachments/create-transit-router-vpc-attachment.js'
import { deleteAttachment } from './cbn/attachments/delete-attachment.js'
import { answerListTransitRouterVbrAttachments } from './cbn/attachments/list-transit-router-vbr-attachments.js'
import { answerListTransitRouterVpcAttachments } from './cbn/attachments/list-transit-router-vpc-attachments.js'
import { updateAttributes } from './cbn/attachments/update-attachment.js'
import { answerUpdateTransitRouterVpcAttachmentZones } from './cbn/attachments/update-transit-router-vpc-attachment-zones.js'
import { answerDescribeGrantRulesToResource } from './cbn/grants/describe-grant-rules-to-resource.js'
import { answerGrantInstanceToTransitRouter } from './cbn/grants/grant-instance-to-transit-router.js'
import { answerListGrantVSwitchesToCen } from './cbn/grants/list-grant-vswitches-to-cen.js'
import { answerModifyGrantInstanceToTransitRouter } from './cbn/grants/modify-grant-instance-to-transit-router.js'
import { answerRevokeInstanceFromTransitRouter } from './cbn/grants/revoke-instance-from-transit-router.js'
import { answerCreateTransitRouterRouteTable } from './cbn/route-tables/create-transit-router-route-table.js'
import { answerDeleteTransitRouterRouteTable } from './cbn/route-tables/delete-transit-router-route-table.js'
import { answerListTransitRouterRouteTables } from './cbn/route-tables/list-transit-router-route-tables.js'
import { listLinks, makeLink, removeLink } from './cbn/route-tables/table-links.js'
import { answerUpdateTransitRouterRouteTable } from './cbn/route-tables/update-transit-router-route-table.js'
import { answerCheckTransitRouterService } from './cbn/routers/check-transit-router-service.js'
import { answerCreateTransitRouter } from './cbn/routers/create-transit-router.js'
import { answerDeleteTransitRouter } from './cbn/routers/delete-transit-router.js'
import { answerListTransitRouterAvailableResource } from './cbn/routers/list-transit-router-available-resource.js'
import { answerListTransitRouters } from './cbn/routers/list-transit-routers.js'
import { answerOpenTransitRouterService } from './cbn/routers/open-transit-router-service.js'
import { answerUpdateTransitRouter } from './cbn/routers/update-transit-router.js'
import { answerCreateCenChildInstanceRouteEntryToAttachment } from './cbn/routes/create-cen-child-instance-route-entry-to-attachment.js'
import { answerCreateTransitRouterRouteEntry } from './cbn/routes/create-transit-router-route-entry.js'
import { answerDeleteCenChildInstanceRouteEntryToAttachment } from './cbn/routes/delete-cen-child-instance-route-entry-to-attachment.js'
import { answerDeleteTransitRouterRouteEntry } from './cbn/routes/delete-transit-router-route-entry.js'
import { answerDescribeCenPrivateZoneRoutes } from './cbn/routes/describe-cen-private-zone-routes.js'
import { answerDescribeCenVbrHealthCheck } from './cbn/routes/describe-cen-vbr-health-check.js'
import { answerDescribeFlowlogs } from './cbn/routes/describe-flowlogs.js'
import { answerDescribeRouteServicesInCen } from './cbn/routes/describe-route-services-in-cen.js'
import { answerListTransitRouterMulticastDomainAssociations } from './cbn/routes/list-transit-router-multicast-domain-associations.js'
import { answerListTransitRouterPrefixListAssociation } from './cbn/routes/list-transit-router-prefix-list-association.js'
import { answerListTransitRouterRouteEntries } from './cbn/routes/list-transit-router-route-entries.js'
import { answerUpdateTransitRouterRouteEntry } from './cbn/routes/update-transit-router-route-entry.js'

export const TRANSIT_ROUTER_ACTIONS: EmulatedProduct['actions'] = {
  ListTransitRouters: { run: answerListTransitRouters, resources: [cenArn] },
  CreateTransitRouter: { run: answerCreateTransitRouter, resources: [cenArn] },
  DeleteTransitRouter: { run: answerDeleteTransitRouter, resources: [routerArn] },
  UpdateTransitRouter: { run: answerUpdateTransitRouter, resources: [routerArn] },
  ListTransitRouterAvailableResource: { run: answerListTransitRouterAvailableResource, resources: [anyResource] },
  CheckTransitRouterService: { run: answerCheckTransitRouterService, resources: [anyResource] },
  OpenTransitRouterService: { run: answerOpenTransitRouterService, resources: [anyResource] },
  CreateTransitRouterVpcAttachment: { run: answerCreateTransitRouterVpcAttachment, resources: [cenArn, routerArn] },
  UpdateTransitRouterVpcAttachmentAttribute: { run: updateAttributes('VPC'), resources: [attachmentArn] },
  UpdateTransitRouterVpcAttachmentZones: {
    run: answerUpdateTransitRouterVpcAttachmentZones,
    resources: [attachmentArn],
  },
  DeleteTransitRouterVpcAttachment: { run: deleteAttachment('VPC'), resources: [attachmentArn] },
  ListTransitRouterVpcAttachments: { run: answerListTransitRouterVpcAttachments, resources: [cenArn] },
  CreateTransitRouterVbrAttachment: { run: answerCreateTransitRouterVbrAttachment, resources: [cenArn, routerArn] },
  UpdateTransitRouterVbrAttachmentAttribute: { run: updateAttributes('VBR'), resources: [attachmentArn] },
  DeleteTransitRouterVbrAttachment: { run: deleteAttachment('VBR'), resources: [attachmentArn] },
  ListTransitRouterVbrAttachments: { run: answerListTransitRouterVbrAttachments, resources: [cenArn] },
  ListTransitRouterRouteTables: { run: answerListTransitRouterRouteTables, resources: [routerArn] },
  CreateTransitRouterRouteTable: { run: answerCreateTransitRouterRouteTable, resources: [routerArn] },
  UpdateTransitRouterRouteTable: { run: answerUpdateTransitRouterRouteTable, resources: [routerTableArn] },
  DeleteTransitRouterRouteTable: { run: answerDeleteTransitRouterRouteTable, resources: [routerTableArn] },
  AssociateTransitRouterAttachmentWithRouteTable: { run: makeLink('associations'), resources: [attachmentArn] },
  DissociateTransitRouterAttachmentFromRouteTable: { run: removeLink('associations'), resources: [attachmentArn] },
  ListTransitRouterRouteTableAssociations: { run: listLinks('associations'), resources: [attachmentArn] },
  EnableTransitRouterRouteTablePropagation: { run: makeLink('propagations'), resources: [attachmentArn] },
  DisableTransitRouterRouteTablePropagation: { run: removeLink('propagations'), resources: [attachmentArn] },
  ListTransitRouterRouteTablePropagations: { run: listLinks('propagations'), resources: [attachmentArn] },
  CreateTransitRouterRouteEntry: { run: answerCreateTransitRouterRouteEntry, resources: [routerTableArn] },
  UpdateTransitRouterRouteEntry: { run: answerUpdateTransitRouterRouteEntry, resources: [routerTableArn] },
  DeleteTransitRouterRouteEntry: { run: answerDeleteTransitRouterRouteEntry, resources: [routerTableArn] },
  ListTransitRouterRouteEntries: { run: answerListTransitRouterRouteEntries, resources: [routerTableArn] },
  ListTransitRouterPrefixListAssociation: { run: answerListTransitRouterPrefixListAssociation, resources: [routerArn] },
  ListTransitRouterMulticastDomainAssociations: {
    run: answerListTransitRouterMulticastDomainAssociations,
    resources: [attachmentArn],
  },
  DescribeFlowlogs: { run: answerDescribeFlowlogs, resources: [cenArn] },
  DescribeCenPrivateZoneRoutes: { run: answerDescribeCenPrivateZoneRoutes, resources: [cenArn] },
  DescribeRouteServicesInCen: { run: answerDescribeRouteServicesInCen, resources: [cenArn] },
  DescribeCenVbrHealthCheck: { run: answerDescribeCenVbrHealthCheck, resources: [cenArn] },
  CreateCenChildInstanceRouteEntryToAttachment: {
    run: answerCreateCenChildInstanceRouteEntryToAttachment,
    resources: [cenArn],
  },
  DeleteCenChildInstanceRouteEntryToAttachment: {
    run: answerDeleteCenChildInstanceRouteEntryToAttachment,
    resources: [cenArn],
  },
  GrantInstanceToTransitRouter: { run: answerGrantInstanceToTransitRouter, resources: [routerGrantArn] },
  RevokeInstanceFromTransitRouter: { run: answerRevokeInstanceFromTransitRouter, resources: [routerGrantArn] },
  ModifyGrantInstanceToTransitRouter: { run: answerModifyGrantInstanceToTransitRouter, resources: [anyResource] },
  DescribeGrantRulesToResource: { run: answerDescribeGrantRulesToResource, resources: [anyResource] },
  ListGrantVSwitchesToCen: { run: answerListGrantVSwitchesToCen, resources: [cenArn] },
}
