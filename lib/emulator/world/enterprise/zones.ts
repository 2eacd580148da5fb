/** The zones of Enterprise Edition transit routers, by region; a world file may declare others. */
import type { WorldFile } from '../world-file.js'

export interface RegionZones {
  readonly availableZones: readonly string[]
  readonly masterZones: readonly string[]
  readonly slaveZones: readonly string[]
}

/** Three zones, as most regions have: `cn-hangzhou-h`, or `ap-southeast-1a` where the region's id ends in a digit. */
const zonesOf = (regionId: string): string[] =>
  /\d$/.test(regionId)
    ? ['a', 'b', 'c'].map((letter) => `${regionId}${letter}`)
    : ['h', 'i', 'j'].map((letter) => `${regionId}-${letter}`)

/** By default the first two zones are master zones, the last two slave zones. */
export function createZones(regions: WorldFile['regions'] = []): (regionId: string) => RegionZones {
  const declared = new Map(
    regions.flatMap((region) => (typeof region === 'string' ? [] : [[region.regionId, region] as const])),
  )
  return (regionId) => {
    const region = declared.get(regionId)
    const availableZones = region?.zones ?? zonesOf(regionId)
    return {
      availableZones,
      masterZones: region?.masterZones ?? availableZones.slice(0, 2),
      slaveZones: region?.slaveZones ?? availableZones.slice(-2),
    }
  }
}
