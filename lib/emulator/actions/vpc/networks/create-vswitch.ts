import { ApiError } from '../../../api-error.js'
import { randomId } from '../../../world/random-id.js'
import { type Action, optional, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { ownVpc, pendingUntil } from '../../own-networks.js'
import { tagsOf } from '../../tags.js'

/** The addresses of a block that the cloud keeps. */
const KEPT = 4

/** CreateVSwitch: Pending at first, then Available, on the system route table of its VPC. */
export const answerCreateVSwitch: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const zoneId = required(call, 'ZoneId')
  const cidrBlock = required(call, 'CidrBlock', /^[\d.]+\/\d+$/)
  const vpc = ownVpc(call, context)
  if (!vpc) throw new ApiError('InvalidVpcId.NotFound', { http: 404, message: 'The specified VpcId does not exist.' })
  if (!zoneId.startsWith(vpc.regionId)) throw new ApiError('InvalidZoneId.NotFound', { http: 404 })
  if (world.childStatus(vpc, nowMs) !== 'Available') throw new ApiError('IncorrectVpcStatus')
  const { vSwitches = [], status: _, ...rest } = vpc
  if (vSwitches.some((vSwitch) => vSwitch.cidrBlock === cidrBlock)) throw new ApiError('InvalidCidrBlock.Overlapped')
  const vSwitchId = `vsw-${randomId(random, 20)}`
  const { status, availableAfterMs } = pendingUntil(context)
  const availableIpAddressCount = 2 ** (32 - Number(cidrBlock.split('/')[1])) - KEPT
  const name = optional(call, 'VSwitchName', /^[\w.-]{1,128}$/)
  const made = { vSwitchId, zoneId, cidrBlock, status, availableIpAddressCount, tags: tagsOf(call) }
  world.putChild({
    ...rest,
    availableAfterMs,
    vSwitches: [...vSwitches, { ...made, ...(name !== undefined && { name }) }],
  })
  return { VSwitchId: vSwitchId }
})
