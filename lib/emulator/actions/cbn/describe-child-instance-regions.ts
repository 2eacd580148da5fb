import { CHILD_INSTANCE_TYPES, type ChildInstanceType } from '../../../domain/attachment.js'
import { regionIds } from '../../world/regions.js'
import { type Action, optional } from '../action.js'

/** DescribeChildInstanceRegions: where instances of a type, or of any, can be attached. */
export const answerDescribeChildInstanceRegions: Action = (call, { world }) => {
  const type = optional(call, 'ProductType', new RegExp(`^(?:${CHILD_INSTANCE_TYPES.join('|')})$`))
  const Region = regionIds(world.regions, type as ChildInstanceType | undefined).map((RegionId) => ({
    RegionId,
    LocalName: RegionId,
  }))
  return { Regions: { Region } }
}
