import { ApiError } from '../../../api-error.js'
import { type Action, required } from '../../action.js'
import { listOf, tagsOf } from '../../tags.js'

/** Vpc TagResources: adds tags to the caller's VPCs or vSwitches; other types are not emulated. */
export const answerVpcTagResources: Action = (call, { world }) => {
  const type = required(call, 'ResourceType', /^(?:VPC|VSWITCH)$/)
  const added = tagsOf(call)
  const ids = listOf(call, 'ResourceId')
  if (ids.length === 0 || Object.keys(added).length === 0) throw new ApiError('MissingParameter')
  const owned = ids.map((id) => {
    const vpc = world.findChild(type === 'VPC' ? id : (world.enterprise.vSwitchOwner(id) ?? ''))
    if (vpc?.ownerId !== call.caller.accountId) throw new ApiError('InvalidResourceId.NotFound', { http: 404 })
    return [id, vpc.childInstanceId] as const
  })
  for (const [id, vpcId] of owned) {
    const vpc = world.findChild(vpcId)
    if (!vpc) continue
    const vSwitches = world.enterprise.networkOf(vpc).vSwitches
    world.putChild(
      type === 'VPC'
        ? { ...vpc, tags: { ...vpc.tags, ...added } }
        : {
            ...vpc,
            vSwitches: vSwitches.map((one) =>
              one.vSwitchId === id ? { ...one, tags: { ...one.tags, ...added } } : one,
            ),
          },
    )
  }
  return {}
}
