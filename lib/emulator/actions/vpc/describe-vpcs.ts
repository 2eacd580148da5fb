import { type Action, paginate, required } from '../action.js'
import { hasTags, tagsOf } from '../tags.js'
import { toTags } from '../transit-routers.js'
import { VPC_CIDR_BLOCK } from './describe-vpc-attribute.js'

/** DescribeVpcs: the caller's VPCs of a region; VpcId may name up to 20, separated by commas. */
export const answerDescribeVpcs: Action = (call, { world, nowMs }) => {
  const regionId = required(call, 'RegionId')
  const tags = tagsOf(call)
  const ids = call.parameters.VpcId?.split(',')
  const ownVpcs = world
    .childInstances()
    .filter(({ type, ownerId }) => type === 'VPC' && ownerId === call.caller.accountId)
    .filter((vpc) => vpc.regionId === regionId && (ids?.includes(vpc.childInstanceId) ?? true))
    .filter((vpc) => hasTags(vpc.tags, tags))
  const { items, ...page } = paginate(ownVpcs, call)
  const Vpc = items.map((vpc) => ({
    VpcId: vpc.childInstanceId,
    VpcName: vpc.name ?? vpc.childInstanceId,
    RegionId: vpc.regionId,
    OwnerId: Number(vpc.ownerId),
    Status: world.childStatus(vpc, nowMs),
    CidrBlock: vpc.cidrBlock ?? VPC_CIDR_BLOCK,
    VSwitchIds: {
      VSwitchId: world.enterprise.networkOf(vpc).vSwitches.map(({ vSwitchId }) => vSwitchId),
    },
    Tags: { Tag: toTags(vpc.tags) },
    ...(world.censOf(vpc.childInstanceId, nowMs).length > 0 && { CenStatus: 'Attached' }),
  }))
  return { Vpcs: { Vpc }, ...page }
}
