/** The actions that are emulated, by API version and name. */
import { attachCenChildInstance } from './actions/cbn/attach-cen-child-instance.js'
import { createCen } from './actions/cbn/create-cen.js'
import { deleteCen } from './actions/cbn/delete-cen.js'
import { describeCenAttachedChildInstanceAttribute } from './actions/cbn/describe-cen-attached-child-instance-attribute.js'
import { describeCenAttachedChildInstances } from './actions/cbn/describe-cen-attached-child-instances.js'
import { describeCens } from './actions/cbn/describe-cens.js'
import { describeChildInstanceRegions } from './actions/cbn/describe-child-instance-regions.js'
import { describeGrantRulesToCen as describeGrantRulesOfCen } from './actions/cbn/describe-grant-rules-to-cen.js'
import { detachCenChildInstance } from './actions/cbn/detach-cen-child-instance.js'
import { listTagResources } from './actions/cbn/list-tag-resources.js'
import { modifyCenAttribute } from './actions/cbn/modify-cen-attribute.js'
import { moveResourceGroup } from './actions/cbn/move-resource-group.js'
import { tagResources } from './actions/cbn/tag-resources.js'
import { untagResources } from './actions/cbn/untag-resources.js'
import { grantInstanceToCbn } from './actions/smartag/grant-instance-to-cbn.js'
import { revokeInstanceFromCbn } from './actions/smartag/revoke-instance-from-cbn.js'
import { assumeRole } from './actions/sts/assume-role.js'
import { assumeRoleWithOidc } from './actions/sts/assume-role-with-oidc.js'
import { getCallerIdentity } from './actions/sts/get-caller-identity.js'
import { describeGrantRulesToCen } from './actions/vpc/describe-grant-rules-to-cen.js'
import { describeRegions } from './actions/vpc/describe-regions.js'
import { describeVpcs } from './actions/vpc/describe-vpcs.js'
import { grantInstanceToCen } from './actions/vpc/grant-instance-to-cen.js'
import { revokeInstanceFromCen } from './actions/vpc/revoke-instance-from-cen.js'
import {
  assumedRoleArn,
  ccnArn,
  cenArn,
  childArn,
  everything,
  instanceArn,
  type Product,
  taggedArn,
} from './permissions.js'

export const PRODUCTS: Readonly<Record<string, Product>> = {
  '2017-09-12': {
    name: 'cen',
    actions: {
      AttachCenChildInstance: { act: attachCenChildInstance, on: [cenArn, childArn] },
      CreateCen: { act: createCen, on: [everything] },
      DeleteCen: { act: deleteCen, on: [cenArn] },
      DescribeCenAttachedChildInstanceAttribute: { act: describeCenAttachedChildInstanceAttribute, on: [cenArn] },
      DescribeCenAttachedChildInstances: { act: describeCenAttachedChildInstances, on: [cenArn] },
      DescribeCens: { act: describeCens, on: [everything] },
      DescribeChildInstanceRegions: { act: describeChildInstanceRegions },
      DescribeGrantRulesToCen: { act: describeGrantRulesOfCen, on: [cenArn] },
      DetachCenChildInstance: { act: detachCenChildInstance, on: [cenArn, childArn] },
      ListTagResources: { act: listTagResources, on: [taggedArn] },
      ModifyCenAttribute: { act: modifyCenAttribute, on: [cenArn] },
      MoveResourceGroup: { act: moveResourceGroup, on: [taggedArn] },
      TagResources: { act: tagResources, on: [taggedArn] },
      UntagResources: { act: untagResources, on: [taggedArn] },
    },
  },
  '2016-04-28': {
    name: 'vpc',
    actions: {
      DescribeGrantRulesToCen: { act: describeGrantRulesToCen, on: [instanceArn] },
      DescribeRegions: { act: describeRegions },
      DescribeVpcs: { act: describeVpcs, on: [everything] },
      GrantInstanceToCen: { act: grantInstanceToCen, on: [instanceArn] },
      RevokeInstanceFromCen: { act: revokeInstanceFromCen, on: [instanceArn] },
    },
  },
  '2018-03-13': {
    name: 'smartag',
    actions: {
      GrantInstanceToCbn: { act: grantInstanceToCbn, on: [ccnArn] },
      RevokeInstanceFromCbn: { act: revokeInstanceFromCbn, on: [ccnArn] },
    },
  },
  '2015-04-01': {
    name: 'sts',
    actions: {
      AssumeRole: { act: assumeRole, on: [assumedRoleArn] },
      AssumeRoleWithOIDC: { act: assumeRoleWithOidc, unsigned: true },
      GetCallerIdentity: { act: getCallerIdentity },
    },
  },
}
