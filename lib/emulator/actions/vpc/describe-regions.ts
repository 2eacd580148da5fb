import type { Action } from '../../action.js'
import { regionIds } from '../../regions.js'

/** Vpc DescribeRegions: where VPCs can be. */
export const describeRegions: Action = (_call, { world }) => ({
  Regions: {
    Region: regionIds(world.regions, 'VPC').map((RegionId) => ({
      RegionId,
      LocalName: RegionId,
      RegionEndpoint: `vpc.${RegionId}.aliyuncs.com`,
    })),
  },
})
