/** How the actions of transit routers find their resources, start their changes and page their lists. */
import { ApiError } from '../api-error.js'
import { UNDOCUMENTED_CODES } from '../undocumented-codes.js'
import type { EmulatedAttachment, EmulatedRouterTable, RouterRecord } from '../world/enterprise/router-records.js'
import { randomId } from '../world/random-id.js'
import type { EmulatedCen } from '../world/world.js'
import { type ActionContext, type EmulatedCall, optional, required } from './action.js'

const NAME = /^(?!https?:\/\/).{1,128}$/s
const DESCRIPTION = /^(?!https?:\/\/).{1,256}$/s
const BOOLEAN = /^(?:true|false)$/i
const MAX_RESULTS = 100

/** The caller's CEN of `CenId`. */
export function requiredOwnCen(call: EmulatedCall, context: ActionContext): EmulatedCen {
  const cen = ownCenOf(required(call, 'CenId'), call, context)
  if (!cen) throw new ApiError('InvalidCenId.NotFound', { message: 'The CEN does not exist.' })
  return cen
}

/** The caller's CEN of a record. */
export const ownCenOf = (
  cenId: string,
  { caller }: EmulatedCall,
  { world }: ActionContext,
): EmulatedCen | undefined => {
  const cen = world.cen(cenId)
  return cen?.ownerId === caller.accountId ? cen : undefined
}

export function requiredRouter(call: EmulatedCall, context: ActionContext): RouterRecord & { cen: EmulatedCen } {
  const router = context.world.enterprise.findRouter(required(call, 'TransitRouterId'), context.nowMs)
  const cen = router && ownCenOf(router.cenId, call, context)
  if (!router || !cen)
    throw new ApiError('InvalidTransitRouterId.NotFound', { message: 'The transit router does not exist.' })
  return { ...router, cen }
}

export function requiredEnterpriseRouter(call: EmulatedCall, context: ActionContext) {
  const router = requiredRouter(call, context)
  if (context.world.enterprise.editionOf(router, context.nowMs) === 'Basic')
    throw new ApiError('OperationUnsupported.TransitRouterType')
  return router
}

/** The caller's attachment of `TransitRouterAttachmentId`, of any type or of one. */
export function requiredAttachment(
  call: EmulatedCall,
  context: ActionContext,
  type?: EmulatedAttachment['type'],
): EmulatedAttachment & { cen: EmulatedCen } {
  const id = required(call, 'TransitRouterAttachmentId')
  const attachment = context.world.enterprise.records.attachments.find(id, context.nowMs)
  const cen = attachment && ownCenOf(attachment.cenId, call, context)
  if (!attachment || !cen || (type ?? attachment.type) !== attachment.type)
    throw new ApiError('InvalidTransitRouterAttachmentId.NotFound', { message: 'The attachment does not exist.' })
  return { ...attachment, cen }
}

export function requiredTable(call: EmulatedCall, context: ActionContext): EmulatedRouterTable & { cen: EmulatedCen } {
  const id = required(call, 'TransitRouterRouteTableId')
  const { enterprise } = context.world
  let table = enterprise.records.tables.find(id, context.nowMs)
  if (!table) {
    // A table of a router that no call has named yet.
    for (const cen of context.world.cens()) enterprise.routersOf(cen, context.nowMs)
    table = enterprise.records.tables.find(id, context.nowMs)
  }
  const cen = table && ownCenOf(table.cenId, call, context)
  if (!table || !cen)
    throw new ApiError(UNDOCUMENTED_CODES.noSuchRouterTable, { message: 'The route table does not exist.' })
  return { ...table, cen }
}

/** A new Enterprise Edition router, which is Creating until `endsAtMs`; its id. */
export function createRouter(
  { world, nowMs, random }: ActionContext,
  { cenId }: EmulatedCen,
  regionId: string,
  endsAtMs: number,
  more: Partial<RouterRecord> = {},
): string {
  const id = `tr-${randomId(random, 20)}`
  const creating = {
    type: 'Enterprise',
    status: 'Creating',
    nextStatus: 'Active',
    endsAtMs,
    createdAtMs: nowMs,
  } as const
  world.enterprise.putRouter({ id, cenId, regionId, ...creating, ...more })
  return id
}

/** Refuses a change above the CEN's limit, else counts it until it ends; the duration in milliseconds, the end in epoch milliseconds. */
export function startChange({ world, nowMs }: ActionContext, cen: EmulatedCen, durationMs: number): number {
  if (world.changing(cen.cenId, nowMs) >= world.attachesAtOnce(cen, nowMs)) throw new ApiError('Operation.Blocking')
  world.enterprise.changes.add(cen.cenId, nowMs + durationMs)
  return nowMs + durationMs
}

export const isTrue = (call: EmulatedCall, name: string): boolean =>
  optional(call, name, BOOLEAN)?.toLowerCase() === 'true'

/** One page of a list: NextToken is given as long as there is more. */
export function pageByToken<T>(
  all: readonly T[],
  call: EmulatedCall,
  { sizeName = 'MaxResults', size: usual = 20 } = {},
) {
  const MaxResults = Number(optional(call, sizeName, /^\d+$/) ?? usual)
  if (MaxResults < 1 || MaxResults > MAX_RESULTS)
    throw new ApiError('InvalidParameter', { message: `${sizeName} must be from 1 to ${MAX_RESULTS}.` })
  const token = call.parameters.NextToken === '' ? undefined : optional(call, 'NextToken', /^\d+$/)
  const first = Number(token ?? 0)
  const next = first + MaxResults < all.length ? { NextToken: String(first + MaxResults) } : {}
  return { items: all.slice(first, first + MaxResults), page: { MaxResults, TotalCount: all.length, ...next } }
}

/** `name` and `description` of the parameters that begin with `prefix`; absent ones are left out. */
export function labelsOf(call: EmulatedCall, prefix: string): { name?: string; description?: string } {
  const name = optional(call, `${prefix}Name`, NAME)
  const description = optional(call, `${prefix}Description`, DESCRIPTION)
  return { ...(name !== undefined && { name }), ...(description !== undefined && { description }) }
}

/** UTC, cut to the second: `2021-08-10T06:27:00Z`. */
export const toSecond = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

export const toTags = (tags: Readonly<Record<string, string>> = {}) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
