import { regionIds } from '../../world/regions.js'
import type { Action } from '../action.js'

/** Vpc DescribeRegions: the regions of VPCs. */
export const answerDescribeRegions: Action = (_call, { world }) => ({
  Regions: {
    Region: regionIds(world.regions, 'VPC').map((RegionId) => ({
      RegionId,
      LocalName: RegionId,
      RegionEndpoint: `vpc.${RegionId}.aliyuncs.com`,
    })),
  },
})
