import { ApiError } from '../../api-error.js'
import type { Action } from '../action.js'
import { ownVpc } from '../own-networks.js'
import { toTags } from '../transit-routers.js'

/** DescribeVpcAttribute: one of the caller's VPCs, with the CENs that it is attached to. */
export const answerDescribeVpcAttribute: Action = (call, context) => {
  const { world, nowMs } = context
  const vpc = ownVpc(call, context)
  if (!vpc) throw new ApiError('InvalidVpcId.NotFound', { http: 404, message: 'The specified VpcId does not exist.' })
  const cens = world.censOf(vpc.childInstanceId, nowMs)
  return {
    VpcId: vpc.childInstanceId,
    VpcName: vpc.name ?? vpc.childInstanceId,
    Description: '',
    RegionId: vpc.regionId,
    OwnerId: Number(vpc.ownerId),
    Status: world.childStatus(vpc, nowMs),
    CidrBlock: vpc.cidrBlock ?? VPC_CIDR_BLOCK,
    VRouterId: `vrt-${vpc.childInstanceId.slice(4)}`,
    ResourceGroupId: 'rg-default',
    IsDefault: false,
    SecondaryCidrBlocks: { SecondaryCidrBlock: [] },
    UserCidrs: { UserCidr: [] },
    Tags: { Tag: toTags(vpc.tags) },
    VSwitchIds: {
      VSwitchId: world.enterprise.networkOf(vpc).vSwitches.map(({ vSwitchId }) => vSwitchId),
    },
    AssociatedCens: {
      AssociatedCen: cens.map((cenId) => ({
        CenId: cenId,
        CenOwnerId: Number(world.cen(cenId)?.ownerId),
        CenStatus: 'Attached',
      })),
    },
  }
}

/** Of a VPC whose block the world file does not declare. */
export const VPC_CIDR_BLOCK = '172.16.0.0/12'
