/** The fields of a request, one rule each; request.ts has the rules for several fields together. */
import * as v from 'valibot'
import { ACTIONS, CHILD_INSTANCE_TYPES } from '../attachment.js'
import { OPTION_FIELDS } from '../options/schema.js'

const id = (prefix: string) => new RegExp(`^(?:${prefix})-[A-Za-z0-9_-]{1,120}$`)
/**
 * A region id of Alibaba Cloud: a country code or `rus`, then a place; that of a CCN begins with `ccn-`. The pattern is narrow
 * because the id becomes part of host names: `oss-cn-hangzhou` would be the host of another product.
 */
export const REGION_ID = /^(?=.{1,64}$)(?:ccn-)?(?:[a-z]{2}|rus)-[a-z0-9]+(?:-[a-z0-9]+)*$/
const NAME = /^[A-Za-z0-9._:-]{1,128}$/
const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

const text = (message: string) => v.string(message)
const matching = (pattern: RegExp, message: string) => v.pipe(text(message), v.regex(pattern, message))
const name = matching(NAME, 'must be 1 to 128 characters of A-Z a-z 0-9 . _ : -')

const OWNER = 'must be an account id: digits, as a string (a number only up to 2^53 - 1)'
/** The fault of a text that is no RFC 3339 time. */
export const INSTANT = 'must be an RFC 3339 time, such as 2026-12-01T08:00:00Z'

/** True for an RFC 3339 time of a day that exists: `Date` would take 30 February as 1 March. */
export function isInstant(value: string): boolean {
  const day = RFC_3339.exec(value)?.[1]
  return day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true
}

/** The schema of the single fields. An owner id given as a safe integer becomes a string. */
export const RequestFields = v.object({
  action: v.optional(v.picklist(ACTIONS, 'must be attach or detach')),
  cenId: matching(id('cen'), 'must be the id of a CEN instance: cen-…, letters, digits, _ and - only'),
  childInstanceId: matching(
    id('vpc|vbr|ccn'),
    'must be the id of a VPC, VBR or CCN: vpc-…, vbr-… or ccn-…, letters, digits, _ and - only',
  ),
  childInstanceType: v.optional(v.picklist(CHILD_INSTANCE_TYPES, 'must be VPC, VBR or CCN')),
  childInstanceRegionId: matching(REGION_ID, 'must be the id of a region, such as cn-hangzhou'),
  childInstanceOwnerId: v.optional(
    v.union(
      [
        matching(/^\d{1,20}$/, OWNER),
        v.pipe(
          v.number(OWNER),
          v.check((value) => Number.isSafeInteger(value) && value > 0, OWNER),
          v.transform(String),
        ),
      ],
      OWNER,
    ),
  ),
  ...OPTION_FIELDS,
  requestId: v.optional(name),
  correlationId: v.optional(v.pipe(text('must be a string'), v.maxLength(256, 'must have at most 256 characters'))),
  campaignId: v.optional(name),
  notAfter: v.optional(v.pipe(text(INSTANT), v.check(isInstant, INSTANT))),
  dryRun: v.optional(v.boolean('must be true or false')),
})

export type RequestFields = v.InferOutput<typeof RequestFields>

/** The names of all fields, in the order of the contract. */
export const FIELD_NAMES = Object.keys(RequestFields.entries) as (keyof RequestFields)[]

/** The API's own spelling of its fields, so that a saved OpenAPI call can be queued unchanged. */
const API_FIELD_NAMES: Readonly<Record<string, keyof RequestFields>> = {
  CenId: 'cenId',
  ChildInstanceId: 'childInstanceId',
  ChildInstanceType: 'childInstanceType',
  ChildInstanceRegionId: 'childInstanceRegionId',
  ChildInstanceOwnerId: 'childInstanceOwnerId',
  ZoneMappings: 'zoneMappings',
}

/** The field of a name in either spelling; undefined for any other name. */
export const fieldOf = (name: string): keyof RequestFields | undefined =>
  Object.hasOwn(API_FIELD_NAMES, name) ? API_FIELD_NAMES[name] : FIELD_NAMES.find((field) => field === name)

const ZONE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['zoneId', 'zoneId'],
  ['vSwitchId', 'vSwitchId'],
  ['ZoneId', 'zoneId'],
  ['VSwitchId', 'vSwitchId'],
])

/** The field of a zone mapping of a name in either spelling; undefined for any other name. */
export const zoneFieldOf = (name: string): string | undefined => ZONE_FIELDS.get(name)
