import type { ChildInstanceType } from '../../../domain/attachment.js'
import { regionIds } from '../../world/regions.js'
import { type Action, CHILD_TYPE, optional } from '../action.js'

/** DescribeChildInstanceRegions: the regions in which instances of a type, or of any, can be attached. */
export const answerDescribeChildInstanceRegions: Action = (call, { world }) => {
  const type = optional(call, 'ProductType', CHILD_TYPE)
  const Region = regionIds(world.regions, type as ChildInstanceType | undefined).map((RegionId) => ({
    RegionId,
    LocalName: RegionId,
  }))
  return { Regions: { Region } }
}
