/** The fields of a request from plain text, in which CSV cells and commands give them. */
import type { RequestFields } from '../messages/request-schema.js'
import { VPC_ROUTE_WORDS } from './schema.js'

const toBoolean = (text: string): unknown => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text)
const toList = (text: string): readonly string[] => text.trim().split(/\s+/)
const toWordOrList = (words: readonly string[]) => (text: string) => (words.includes(text) ? text : toList(text))

/** A mapping without `=` gets no vSwitch, which the rules of the field then report. */
const toZoneMappings = (text: string): unknown =>
  toList(text).map((mapping) => {
    const at = mapping.indexOf('=')
    return at < 0 ? { zoneId: mapping } : { zoneId: mapping.slice(0, at), vSwitchId: mapping.slice(at + 1) }
  })

/** Fields whose values are not plain text. */
const READERS: { readonly [Field in keyof RequestFields]?: (text: string) => unknown } = {
  dryRun: toBoolean,
  revokeGrant: toBoolean,
  zoneMappings: toZoneMappings,
  propagationRouteTableIds: toWordOrList(['default', 'none']),
  vpcRoutes: toWordOrList(VPC_ROUTE_WORDS),
}

/** The value of a field from text: lists are separated by spaces, a zone mapping is `zoneId=vSwitchId`. Checks nothing. */
export const valueOfText = (field: keyof RequestFields, text: string): unknown => READERS[field]?.(text) ?? text
