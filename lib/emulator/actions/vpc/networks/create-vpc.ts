import { ApiError } from '../../../api-error.js'
import { randomId } from '../../../world/random-id.js'
import { type Action, optional, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { pendingUntil } from '../../own-networks.js'
import { tagsOf } from '../../tags.js'
import { VPC_CIDR_BLOCK } from '../describe-vpc-attribute.js'

/** CreateVpc: Pending at first, then Available, with a system route table and no vSwitches. */
export const answerCreateVpc: Action = withClientToken((call, context) => {
  const { world, random } = context
  const regionId = required(call, 'RegionId')
  if (!world.regions.VPC.has(regionId)) throw new ApiError('InvalidRegionId.NotFound', { http: 404 })
  const cidrBlock = optional(call, 'CidrBlock', /^[\d.]+\/\d+$/) ?? VPC_CIDR_BLOCK
  const name = optional(call, 'VpcName', /^[\w.-]{1,128}$/)
  const childInstanceId = `vpc-${randomId(random, 20)}`
  const tags = tagsOf(call)
  const { accountId: ownerId } = call.caller
  world.putChild({
    childInstanceId,
    type: 'VPC',
    regionId,
    ownerId,
    cidrBlock,
    vSwitches: [],
    tags,
    ...(name !== undefined && { name }),
    ...pendingUntil(context),
  })
  return {
    VpcId: childInstanceId,
    VRouterId: `vrt-${childInstanceId.slice(4)}`,
    RouteTableId: `vtb-${childInstanceId.slice(4)}`,
  }
})
