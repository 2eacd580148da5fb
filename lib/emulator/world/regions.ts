/** The regions in which each type of child instance can be attached; a world file may add others. */
import { CHILD_INSTANCE_TYPES, type ChildInstanceType } from '../../domain/attachment.js'
import type { WorldFile } from './world-file.js'

/** Source: Alibaba Cloud, regions and zones. */
const CLOUD_REGIONS = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-qingdao',
  'cn-beijing',
  'cn-zhangjiakou',
  'cn-huhehaote',
  'cn-wulanchabu',
  'cn-shenzhen',
  'cn-heyuan',
  'cn-guangzhou',
  'cn-chengdu',
  'cn-nanjing',
  'cn-fuzhou',
  'cn-wuhan-lr',
  'cn-hongkong',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'us-east-1',
  'us-west-1',
  'na-south-1',
  'eu-west-1',
  'eu-central-1',
  'me-east-1',
  'me-central-1',
]

/** The areas of Cloud Connect Network in CEN; Smartag names them without `ccn-`. */
const CCN_REGIONS = [
  'ccn-cn-shanghai',
  'ccn-cn-hongkong',
  'ccn-ap-northeast-1',
  'ccn-ap-southeast-1',
  'ccn-ap-southeast-3',
  'ccn-ap-southeast-5',
  'ccn-eu-central-1',
]

const isKnown = (regionId: string): boolean => CLOUD_REGIONS.includes(regionId) || CCN_REGIONS.includes(regionId)

export type Regions = Readonly<Record<ChildInstanceType, ReadonlySet<string>>>

/** The answer of DescribeChildInstanceRegions and the valid values of `ChildInstanceRegionId`. */
export function regionsOf(additional: WorldFile['regions'] = []): Regions {
  const more = (type: ChildInstanceType) =>
    additional.flatMap((region) => {
      if (typeof region === 'string') return [region]
      const types = region.types ?? (isKnown(region.regionId) ? [] : CHILD_INSTANCE_TYPES)
      return types.includes(type) ? [region.regionId] : []
    })
  return {
    VPC: new Set([...CLOUD_REGIONS, ...more('VPC')]),
    VBR: new Set([...CLOUD_REGIONS, ...more('VBR')]),
    CCN: new Set([...CCN_REGIONS, ...more('CCN')]),
  }
}

/** The regions of a type, or of all types. */
export const regionIds = (regions: Regions, type?: ChildInstanceType): string[] => [
  ...new Set((type ? [type] : CHILD_INSTANCE_TYPES).flatMap((one) => [...regions[one]])),
]
