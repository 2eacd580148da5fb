/** Creates the attachment of a network: first the transit router if the region has none, then the attachment, as planned. */
import type { FailureKind } from '../../domain/error-codes.js'
import { type Answer, answered, type Failure, normalCode, refusal } from '../../domain/failure.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'
import { textOf } from '../sdk/read-answer.js'
import type { Body } from '../sdk/rpc.js'
import { unwritten } from './calls/writes.js'
import type { Enterprise } from './enterprise.js'
import type { AttachPlan } from './plan.js'
import type { Progress } from './progress.js'
import { NEW_ATTACHMENT } from './routing.js'
import { type PartReading, ROUTING_PARTS, type RoutingPart } from './routing-parts.js'
import type { RouterReading } from './transit-routers.js'

/** The next write of an attachment that does not exist. */
export function createAttach(router: RouterReading, enterprise: Enterprise) {
  const { plan, progress, routers, send, unoptimised } = enterprise
  const transitRouterId = router.is === 'enterprise' ? router.transitRouterId : undefined

  /**
   * Sends the first call, and resolves to the plan that was sent. A router that is not optimised refuses other zones than
   * one master and one slave zone; no field shows which kind it is.
   */
  const create = async (
    target: Target,
    asPlanned: AttachPlan,
    routerId: string,
    limits: CallLimits,
  ): Promise<{ plan: AttachPlan; answer: Answer<Body> }> => {
    const mayBePair = target.options.zoneMappings === undefined && !asPlanned.isPair
    const takesPair = (failure: Failure) => mayBePair && isCode(failure, 'IllegalParam.ZoneMappings')
    const refused = (failure: Failure) => takesPair(failure) || limits.refused?.(failure)
    const answer = await sendFirst(target, asPlanned, { ...limits, refused })
    if (answer.ok || !takesPair(answer.failure)) return { plan: asPlanned, answer }
    unoptimised.add(routerId)
    const { asPair } = asPlanned
    if (!asPair) return { plan: asPlanned, answer: unwritten(limits, refusal('NoUsableZone', NO_PAIR)) }
    if (asPair.zones) enterprise.chosen(target, asPair.zones)
    return { plan: asPair, answer: await sendFirst(target, asPair, limits) }
  }

  const sendFirst = (target: Target, { calls: [first] }: AttachPlan, limits: CallLimits): Promise<Answer<Body>> =>
    first ? send(target, first, limits) : Promise.resolve(answered({}))

  return async (target: Target, limits: CallLimits): Promise<Answer<unknown>> => {
    const takesPair = transitRouterId !== undefined && unoptimised.has(transitRouterId)
    const kept = progress.of(target).plan
    const planned = kept ? answered(kept) : await plan(target, router, limits, { takesPair })
    if (!planned.ok) return unwritten(limits, planned)
    const { calls, zones } = planned.value
    const [first] = calls
    if (!first) return answered({})
    if (zones && !kept && !target.options.zoneMappings) enterprise.chosen(target, zones)
    if (transitRouterId === undefined) {
      const answer = await send(target, first, limits)
      routers.forget(routerOf(target))
      // Somebody else created it meanwhile.
      return !answer.ok && isCode(answer.failure, 'InstanceExist.TransitRouterInstance') ? answered({}) : answer
    }
    const { plan: sent, answer } = await create(target, planned.value, transitRouterId, limits)
    if (!answer.ok) {
      // A creation that was refused for what passes is repeated as it was.
      if (PASSES.has(answer.failure.kind)) progress.set(target, { plan: sent, parts: {} })
      else progress.forget(target)
      return answer
    }
    const id = textOf(answer.value.TransitRouterAttachmentId) ?? ''
    progress.set(target, { createdId: id, zoneReasons: sent.zones?.reasons ?? [], ...partsOf(sent, id) })
    return answer
  }
}

const PASSES: ReadonlySet<FailureKind> = new Set(['busy', 'not-ready', 'throttled', 'unavailable'])

const NO_PAIR =
  'The transit router is not optimised, so it needs one master and one slave zone, and the usable zones have no such pair.'

const isCode = ({ code }: Failure, expected: string): boolean => normalCode(code) === normalCode(expected)

const routerOf = ({ attachment: { cenId, childInstanceRegionId: regionId } }: Target) => ({ cenId, regionId })

/** What the plan has read also holds for the attachment that it creates. */
function partsOf({ parts }: AttachPlan, id: string): Pick<Progress, 'parts' | 'tableIds'> {
  const readings: Partial<Record<RoutingPart, PartReading>> = {}
  let tableIds: readonly string[] | undefined
  for (const part of ROUTING_PARTS) {
    const reading = parts[part]
    if (reading?.is === 'done') readings[part] = reading
    // Published routes are part of the creation, and read with the attachment.
    if (reading?.is !== 'missing' || reading.calls.some(({ operation }) => operation.startsWith('Update'))) continue
    const calls = reading.calls.map(({ operation, parameters }) => ({
      operation,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, value === NEW_ATTACHMENT ? id : value]),
      ),
    }))
    readings[part] = { ...reading, calls }
    tableIds ??= reading.tableIds
  }
  return { parts: readings, ...(tableIds && { tableIds }) }
}
