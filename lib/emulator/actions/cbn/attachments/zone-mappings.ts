/** Zones, vSwitches and options of a VPC attachment in RPC parameters. */
import { ApiError } from '../../../api-error.js'
import type { EmulatedCall } from '../../action.js'

/** `ZoneMappings.1.ZoneId` with `ZoneMappings.1.VSwitchId`, in their order; may be empty. */
export function zoneMappingsOf({ parameters }: EmulatedCall, name: string): { zoneId: string; vSwitchId: string }[] {
  const pattern = new RegExp(`^${name}\\.(\\d+)\\.(?:ZoneId|VSwitchId)$`)
  const indexes = Object.keys(parameters).flatMap((key) => pattern.exec(key)?.[1] ?? [])
  return [...new Set(indexes)]
    .sort((one, other) => Number(one) - Number(other))
    .map((index) => {
      const zoneId = parameters[`${name}.${index}.ZoneId`]
      const vSwitchId = parameters[`${name}.${index}.VSwitchId`]
      if (!zoneId) throw new ApiError('MissingParameter', { message: `${name}.${index}.ZoneId is missing.` })
      if (!vSwitchId) throw new ApiError('MissingParameter', { message: `${name}.${index}.VSwitchId is missing.` })
      return { zoneId, vSwitchId }
    })
}

/** `TransitRouterVPCAttachmentOptions`, a JSON map; IPv6 is disabled by default. */
export function vpcOptionsOf({ parameters }: EmulatedCall): Readonly<Record<string, unknown>> {
  const text = parameters.TransitRouterVPCAttachmentOptions
  if (!text) return { ipv6Support: 'disable' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ApiError('InvalidParameter', { message: 'TransitRouterVPCAttachmentOptions is not JSON.' })
  }
  const options = { ipv6Support: 'disable', ...(value as object) }
  if (!['enable', 'disable'].includes(options.ipv6Support)) throw new ApiError('IllegalParam.Ipv6Support')
  return options
}
