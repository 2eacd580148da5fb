/** The emulated actions, by API version and name. */
import {
  anyResource,
  assumedRoleArn,
  ccnArn,
  cenArn,
  childArn,
  type EmulatedProduct,
  instanceArn,
  namedRoleArn,
  routeTableArn,
  taggedArn,
  vpcArn,
  vpcTaggedArn,
  vSwitchArn,
} from '../auth/permissions.js'
import { answerAttachCenChildInstance } from './cbn/attach-cen-child-instance.js'
import { answerCreateCen } from './cbn/create-cen.js'
import { answerDeleteCen } from './cbn/delete-cen.js'
import { answerDescribeCenAttachedChildInstanceAttribute } from './cbn/describe-cen-attached-child-instance-attribute.js'
import { answerDescribeCenAttachedChildInstances } from './cbn/describe-cen-attached-child-instances.js'
import { answerDescribeCens } from './cbn/describe-cens.js'
import { answerDescribeChildInstanceRegions } from './cbn/describe-child-instance-regions.js'
import { answerCbnDescribeGrantRulesToCen } from './cbn/describe-grant-rules-to-cen.js'
import { answerDetachCenChildInstance } from './cbn/detach-cen-child-instance.js'
import { answerListTagResources } from './cbn/list-tag-resources.js'
import { answerModifyCenAttribute } from './cbn/modify-cen-attribute.js'
import { answerMoveResourceGroup } from './cbn/move-resource-group.js'
import { answerTagResources } from './cbn/tag-resources.js'
import { answerUntagResources } from './cbn/untag-resources.js'
import { answerGetRole } from './ram/get-role.js'
import { answerGrantInstanceToCbn } from './smartag/grant-instance-to-cbn.js'
import { answerRevokeInstanceFromCbn } from './smartag/revoke-instance-from-cbn.js'
import { answerAssumeRole } from './sts/assume-role.js'
import { answerAssumeRoleWithOidc } from './sts/assume-role-with-oidc.js'
import { answerGetCallerIdentity } from './sts/get-caller-identity.js'
import { TRANSIT_ROUTER_ACTIONS } from './transit-router-actions.js'
import { answerCreateRouteEntry } from './vpc/create-route-entry.js'
import { answerDeleteRouteEntry } from './vpc/delete-route-entry.js'
import { answerVpcDescribeGrantRulesToCen } from './vpc/describe-grant-rules-to-cen.js'
import { answerDescribeRegions } from './vpc/describe-regions.js'
import { answerDescribeRouteEntryList } from './vpc/describe-route-entry-list.js'
import { answerDescribeRouteTableList } from './vpc/describe-route-table-list.js'
import { answerDescribeVpcAttribute } from './vpc/describe-vpc-attribute.js'
import { answerDescribeVpcs } from './vpc/describe-vpcs.js'
import { answerDescribeVSwitches } from './vpc/describe-vswitches.js'
import { changeGrantToCen } from './vpc/grant-instance-to-cen.js'
import { answerCreateVpc } from './vpc/networks/create-vpc.js'
import { answerCreateVSwitch } from './vpc/networks/create-vswitch.js'
import { answerDeleteVpc } from './vpc/networks/delete-vpc.js'
import { answerDeleteVSwitch } from './vpc/networks/delete-vswitch.js'
import { answerVpcTagResources } from './vpc/networks/tag-resources.js'

export const EMULATED_PRODUCTS: Readonly<Record<string, EmulatedProduct>> = {
  '2017-09-12': {
    name: 'cen',
    actions: {
      AttachCenChildInstance: { run: answerAttachCenChildInstance, resources: [cenArn, childArn] },
      CreateCen: { run: answerCreateCen, resources: [anyResource] },
      DeleteCen: { run: answerDeleteCen, resources: [cenArn] },
      DescribeCenAttachedChildInstanceAttribute: {
        run: answerDescribeCenAttachedChildInstanceAttribute,
        resources: [cenArn],
      },
      DescribeCenAttachedChildInstances: { run: answerDescribeCenAttachedChildInstances, resources: [cenArn] },
      DescribeCens: { run: answerDescribeCens, resources: [anyResource] },
      DescribeChildInstanceRegions: { run: answerDescribeChildInstanceRegions },
      DescribeGrantRulesToCen: { run: answerCbnDescribeGrantRulesToCen, resources: [cenArn] },
      DetachCenChildInstance: { run: answerDetachCenChildInstance, resources: [cenArn, childArn] },
      ListTagResources: { run: answerListTagResources, resources: [taggedArn] },
      ModifyCenAttribute: { run: answerModifyCenAttribute, resources: [cenArn] },
      MoveResourceGroup: { run: answerMoveResourceGroup, resources: [taggedArn] },
      TagResources: { run: answerTagResources, resources: [taggedArn] },
      UntagResources: { run: answerUntagResources, resources: [taggedArn] },
      ...TRANSIT_ROUTER_ACTIONS,
    },
  },
  '2016-04-28': {
    name: 'vpc',
    actions: {
      CreateRouteEntry: { run: answerCreateRouteEntry, resources: [routeTableArn] },
      CreateVpc: { run: answerCreateVpc, resources: [vpcArn] },
      CreateVSwitch: { run: answerCreateVSwitch, resources: [vpcArn] },
      DeleteRouteEntry: { run: answerDeleteRouteEntry, resources: [routeTableArn] },
      DeleteVpc: { run: answerDeleteVpc, resources: [vpcArn] },
      DeleteVSwitch: { run: answerDeleteVSwitch, resources: [vSwitchArn] },
      DescribeGrantRulesToCen: { run: answerVpcDescribeGrantRulesToCen, resources: [instanceArn] },
      DescribeRegions: { run: answerDescribeRegions },
      DescribeRouteEntryList: { run: answerDescribeRouteEntryList, resources: [routeTableArn] },
      DescribeRouteTableList: { run: answerDescribeRouteTableList, resources: [routeTableArn] },
      DescribeVpcAttribute: { run: answerDescribeVpcAttribute, resources: [vpcArn] },
      DescribeVpcs: { run: answerDescribeVpcs, resources: [anyResource] },
      DescribeVSwitches: { run: answerDescribeVSwitches, resources: [vSwitchArn] },
      GrantInstanceToCen: { run: changeGrantToCen('granted'), resources: [instanceArn] },
      RevokeInstanceFromCen: { run: changeGrantToCen('revoked'), resources: [instanceArn] },
      TagResources: { run: answerVpcTagResources, resources: [vpcTaggedArn] },
    },
  },
  '2018-03-13': {
    name: 'smartag',
    actions: {
      GrantInstanceToCbn: { run: answerGrantInstanceToCbn, resources: [ccnArn] },
      RevokeInstanceFromCbn: { run: answerRevokeInstanceFromCbn, resources: [ccnArn] },
    },
  },
  '2015-05-01': {
    name: 'ram',
    actions: { GetRole: { run: answerGetRole, resources: [namedRoleArn] } },
  },
  '2015-04-01': {
    name: 'sts',
    actions: {
      AssumeRole: { run: answerAssumeRole, resources: [assumedRoleArn] },
      AssumeRoleWithOIDC: { run: answerAssumeRoleWithOidc, unsigned: true },
      GetCallerIdentity: { run: answerGetCallerIdentity },
    },
  },
}
