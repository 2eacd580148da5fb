import { regionIds } from '../../world/regions.js'
import type { Action } from '../action.js'

/** Vpc DescribeRegions: where VPCs can be. */
export const answerDescribeRegions: Action = (_call, { world }) => ({
  Regions: {
    Region: regionIds(world.regions, 'VPC').map((RegionId) => ({
      RegionId,
      LocalName: RegionId,
      RegionEndpoint: `vpc.${RegionId}.aliyuncs.com`,
    })),
  },
})
