/** Fields of a request as plain text; apart from its reader, so that a page loads no schema. */
import type { ZoneMapping } from '../attachment.js'

/** A list as text, separated by spaces. */
export const textOfList = (value: string | readonly string[] | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : value.join(' ')

/** `zoneId=vSwitchId`, separated by spaces. */
export const textOfZoneMappings = (mappings: readonly ZoneMapping[] | undefined): string | undefined =>
  textOfList(mappings?.map(({ zoneId, vSwitchId }) => `${zoneId}=${vSwitchId}`))
