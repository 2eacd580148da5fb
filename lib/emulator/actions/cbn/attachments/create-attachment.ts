/** What CreateTransitRouterVpcAttachment and CreateTransitRouterVbrAttachment have in common. */
import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import type { RouterAttachCase, RouterAttachRule } from '../../../world/enterprise/attach-rules.js'
import type { EmulatedAttachment, EmulatedZoneMapping, RouterRecord } from '../../../world/enterprise/router-records.js'
import { randomId } from '../../../world/random-id.js'
import { refuseBy } from '../../../world/refusal-rules.js'
import type { EmulatedCen } from '../../../world/world.js'
import { type ActionContext, type EmulatedCall, required } from '../../action.js'
import { tagsOf } from '../../tags.js'
import { createRouter, isTrue, labelsOf, ownCenOf, requiredOwnCen, startChange } from '../../transit-routers.js'

interface Wanted {
  readonly type: EmulatedAttachment['type']
  readonly rules: readonly RouterAttachRule[]
  readonly mappings: RouterAttachCase['mappings']
  readonly options?: Readonly<Record<string, unknown>>
  /** What a dry run that passes answers. */
  readonly passDryRun: () => Readonly<Record<string, unknown>>
}

/** Attaching until its duration has passed; with CenId and RegionId a router is created where there is none. */
export function attachToRouter(call: EmulatedCall, context: ActionContext, wanted: Wanted) {
  const { world, nowMs, random } = context
  const { type, mappings } = wanted
  const word = type === 'VPC' ? 'Vpc' : 'Vbr'
  const childInstanceId = required(call, `${word}Id`, new RegExp(`^${type.toLowerCase()}-[\\w-]+$`))
  const { cen, router, regionId } = placeOf(call, context)
  if (!world.regions[type].has(regionId)) throw new ApiError('IllegalParam.RegionId')
  const ownerId = call.parameters[`${word}OwnerId`] ?? call.caller.accountId
  const child = world.childInstance(childInstanceId, { type, regionId, ownerId })
  if (!child) throw new ApiError(type === 'VPC' ? UNDOCUMENTED_CODES.noSuchVpc : UNDOCUMENTED_CODES.noSuchVbr)
  if (child.regionId !== regionId)
    throw new ApiError('IllegalParam.RegionId', { message: `There is no ${childInstanceId} in ${regionId}.` })
  const autoPublish = isTrue(call, 'AutoPublishRouteEnabled')
  const attachCase: RouterAttachCase = {
    world,
    nowMs,
    cen,
    child,
    owner: world.account(ownerId),
    cenOwner: world.account(cen.ownerId),
    router,
    mappings,
    autoPublish,
    ipv6: wanted.options?.ipv6Support === 'enable',
  }
  refuseBy(wanted.rules, attachCase)
  if (isTrue(call, 'DryRun')) return wanted.passDryRun()
  const creationMs = router ? 0 : world.durationMs('routerMs', nowMs, random)
  const endsAtMs = startChange(context, cen, creationMs + world.attachMs(cen, child, nowMs, random, true))
  const routerId = router?.id ?? createRouter(context, cen, regionId, nowMs + creationMs)
  const id = `tr-attach-${randomId(random, 20)}`
  world.enterprise.records.attachments.put({
    id,
    cenId: cen.cenId,
    routerId,
    type,
    childInstanceId,
    regionId,
    ownerId: child.ownerId,
    status: 'Attaching',
    endsAtMs,
    nextStatus: 'Attached',
    createdAtMs: nowMs,
    zoneMappings: mappings.map(
      (mapping): EmulatedZoneMapping => ({ ...mapping, networkInterfaceId: `eni-${randomId(random, 20)}` }),
    ),
    autoPublish,
    orderType: world.grants.find(childInstanceId, cen, nowMs)?.orderType ?? 'PayByCenOwner',
    options: wanted.options,
    tags: tagsOf(call),
    ...labelsOf(call, 'TransitRouterAttachment'),
  })
  return { TransitRouterAttachmentId: id }
}

/** The router that the call names, or the CEN and the region of one that may have to be created. */
function placeOf(
  call: EmulatedCall,
  context: ActionContext,
): { cen: EmulatedCen; router: RouterRecord | undefined; regionId: string } {
  const { world, nowMs } = context
  const { TransitRouterId: id, CenId, RegionId } = call.parameters
  if (id) {
    const router = world.enterprise.findRouter(id, nowMs)
    const cen = router && ownCenOf(router.cenId, call, context)
    if (!router || !cen || (CenId ?? cen.cenId) !== cen.cenId)
      throw new ApiError('InvalidTransitRouterId.NotFound', { message: 'The transit router does not exist.' })
    if ((RegionId ?? router.regionId) !== router.regionId) throw new ApiError('IllegalParam.TransitRouterRegionId')
    return { cen, router, regionId: router.regionId }
  }
  if (!CenId || !RegionId) throw new ApiError('MissingParam.CenIdOrRegionId')
  const cen = requiredOwnCen(call, context)
  return { cen, router: world.enterprise.router(cen, RegionId, nowMs), regionId: RegionId }
}
