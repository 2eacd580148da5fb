/** Detaching on Enterprise Edition: one part in each pass, the first that is still there; then the attachment itself. */
import type { AttachmentDetails } from '../../../domain/attachment.js'
import { type Answer, answered, type Failure, failureOf, mapAnswer, normalCode } from '../../../domain/failure.js'
import type { PlannedCall } from '../../../domain/messages/result.js'
import type { AttachmentState, CallLimits, Target } from '../../../reconcile/driver.js'
import { type DetachBlocker, describeBlocker, detachBlocked, managedBy, withKnownIds } from '../../detach/blocked.js'
import type { RpcCall } from '../../sdk/rpc.js'
import { ACTIONS_OF, type FoundAttachment, routerTypeOf } from '../calls/attachments.js'
import { listAssociations, listPropagations } from '../calls/routing.js'
import { type SendWrite, unobserved, unwritten } from '../calls/writes.js'
import type { Networks } from '../networks.js'
import { readBlockers } from './blockers.js'
import {
  deleteCall,
  GONE,
  linksToRemove,
  routesToRemove,
  TEARDOWN_PARTS,
  type TeardownPart,
  type TeardownReading,
} from './parts.js'
import type { TeardownStore } from './progress.js'

interface TeardownOptions {
  readonly send: SendWrite
  /** Readings, paced. */
  readonly reads: RpcCall
  readonly networks: Networks
  readonly store: TeardownStore
}

/** A plan of everything that is still needed, and what prevents it. */
export interface TeardownPlan {
  readonly calls: readonly PlannedCall[]
  readonly blockers: readonly DetachBlocker[]
  /** Why the routes of the network cannot be read. */
  readonly unreadable?: string
}

export interface Teardown {
  /** The state of an attachment that is to be detached; `part` is what goes next. */
  observe(
    target: Target,
    found: FoundAttachment,
    state: AttachmentState,
    limits: CallLimits,
  ): Promise<Answer<AttachmentState>>
  /** Sends the calls of the part that was observed. */
  write(target: Target, limits: CallLimits): Promise<Answer<unknown>>
  plan(target: Target, found: FoundAttachment, limits: CallLimits): Promise<Answer<TeardownPlan>>
  /** The details of an attachment that is gone, as far as it was read for this message. */
  detailsOfGone(target: Target): AttachmentDetails
}

export function createTeardown({ send, reads, networks, store }: TeardownOptions): Teardown {
  const readRoutes = async (target: Target, found: FoundAttachment, limits: CallLimits) => {
    const { attachment } = target
    if (attachment.childInstanceType !== 'VPC') return answered({ reading: GONE })
    const tables = await networks.routeTables(attachment, limits, { every: true })
    if (!tables.ok) return tables
    if ('unreadable' in tables.value) return answered({ reading: GONE, unreadable: tables.value.unreadable })
    const entries = await networks.routeEntries(attachment, tables.value.value, limits)
    if (!entries.ok) return entries
    if ('unreadable' in entries.value) return answered({ reading: GONE, unreadable: entries.value.unreadable })
    return answered({ reading: routesToRemove(attachment.cenId, found.id, entries.value.value) })
  }

  const readPart = async (
    part: TeardownPart,
    target: Target,
    found: FoundAttachment,
    limits: CallLimits,
  ): Promise<Answer<{ readonly reading: TeardownReading; readonly unreadable?: string }>> => {
    if (part === 'routes') return readRoutes(target, found, limits)
    const links = await (part === 'association' ? listAssociations : listPropagations)(reads, found.id, limits)
    return mapAnswer(links, (there) => ({ reading: linksToRemove(part, found.id, there) }))
  }

  const blockersOf = ({ attachment }: Target, found: FoundAttachment, limits: CallLimits) =>
    readBlockers(reads, { attachment, found, transitRouterId: found.transitRouterId ?? '' }, limits)

  const observe: Teardown['observe'] = async (target, found, state, limits) => {
    if (limits.alone) store.reread(target)
    const known = store.of(target)
    const gone = known.found?.id === found.id ? [...known.gone] : []
    const keep = (next: readonly PlannedCall[]) => store.set(target, { found, gone, next })
    for (const part of TEARDOWN_PARTS) {
      if (gone.includes(part)) continue
      const read = await readPart(part, target, found, limits)
      if (!read.ok) return read
      const { reading, unreadable } = read.value
      if (unreadable !== undefined) store.set(target, { unreadable })
      if (reading.is === 'gone') {
        gone.push(part)
        continue
      }
      keep(reading.is === 'there' ? reading.calls : [])
      const next = reading.is === 'there' ? partOf(part, reading.calls, known.done) : part
      const status = reading.is === 'there' ? 'attached' : 'detaching'
      return answered({ ...state, status, part: next, ...(part === 'routes' && { holdsSlot: false }) })
    }
    keep([deleteCall(routerTypeOf(target.attachment), found.id)])
    return answered({ ...state, status: 'attached', part: 'attachment' })
  }

  /** Nothing is written before it is known that nothing else uses the attachment. */
  const obstacleOf = async (
    target: Target,
    found: FoundAttachment,
    limits: CallLimits,
  ): Promise<Failure | undefined> => {
    if (found.managedService !== undefined)
      return managedBy(found.managedService, ACTIONS_OF[routerTypeOf(target.attachment)].delete)
    if (store.of(target).isUnblocked) return undefined
    const blockers = await blockersOf(target, found, limits)
    if (!blockers.ok) return blockers.failure
    if (blockers.value.length > 0) return detachBlocked(blockers.value)
    store.set(target, { isUnblocked: true })
    return undefined
  }

  const write: Teardown['write'] = async (target, limits) => {
    const { found, next } = store.of(target)
    if (!found || next.length === 0) return unobserved(limits, DISSOCIATE)
    const obstacle = await obstacleOf(target, found, limits)
    if (obstacle) return unwritten(limits, { ok: false, failure: obstacle })
    let made = 0
    for (const call of next) {
      const answer = await send(target, call, limits)
      const isDelete = call.operation === ACTIONS_OF[routerTypeOf(target.attachment)].delete
      if (answer.ok || (answer.failure.kind === 'absent' && !isDelete)) {
        if (answer.ok) store.set(target, { done: [...store.of(target).done, call] })
        made += 1
        continue
      }
      // The rest follows when the state was read again.
      if (made > 0 && answer.failure.kind === 'busy') break
      return isDelete ? refusedDelete(target, found, answer.failure, limits) : answer
    }
    return answered({})
  }

  /** What only the delete reveals is reported with what was done before it. */
  const refusedDelete = async (
    target: Target,
    found: FoundAttachment,
    failure: Failure,
    limits: CallLimits,
  ): Promise<Answer<never>> => {
    const { unreadable, hasHiddenRoutes } = store.of(target)
    const isRoute = normalCode(failure.code) === normalCode(ROUTES_EXIST)
    store.reread(target)
    if (isRoute && unreadable === undefined && !hasHiddenRoutes) {
      store.set(target, { hasHiddenRoutes: true })
      return { ok: false, failure }
    }
    if (failure.kind !== 'blocked' && !isRoute) return { ok: false, failure }
    const blockers = await blockersOf(target, found, limits)
    const named = blockers.ok ? blockers.value.map(describeBlocker) : []
    const routes = isRoute
      ? [`routes of the network to the attachment${unreadable === undefined ? ' do not show' : `: ${unreadable}`}`]
      : []
    const advice = isRoute ? undefined : withKnownIds(failure.advice, target.attachment)
    const what = [...named, ...routes].join('; ') || failure.message
    const message = `${failure.code}: ${what}. ${stepsDone(store.of(target).done)}`
    return { ok: false, failure: failureOf({ ...failure, code: 'DetachBlocked', message, advice }) }
  }

  return {
    observe,
    write,
    async plan(target, found, limits) {
      const calls: PlannedCall[] = []
      let why: string | undefined
      for (const part of TEARDOWN_PARTS) {
        const read = await readPart(part, target, found, limits)
        if (!read.ok) return read
        const { reading, unreadable } = read.value
        if (reading.is === 'there') calls.push(...reading.calls)
        why ??= unreadable
      }
      const blockers = await blockersOf(target, found, limits)
      if (!blockers.ok) return blockers
      return answered({
        calls: [...calls, deleteCall(routerTypeOf(target.attachment), found.id)],
        blockers: blockers.value,
        ...(why !== undefined && { unreadable: why }),
      })
    },
    detailsOfGone(target) {
      const { found } = store.of(target)
      return found ? { transitRouterAttachmentId: found.id } : {}
    },
  }
}

const ROUTES_EXIST = 'OperationFailed.AttachmentReferencedVpcRouteEntryExisted'
const DISSOCIATE = 'DissociateTransitRouterAttachmentFromRouteTable'

/** By now nothing else is left of the attachment, whichever process removed it. */
function stepsDone(done: readonly PlannedCall[]): string {
  const steps = done.map(({ operation, parameters }) => {
    const { DestinationCidrBlock: cidr, RouteTableId, TransitRouterRouteTableId: routerTable } = parameters
    return `${operation} ${[cidr, RouteTableId, routerTable].filter((one) => one !== undefined).join(' ')}`.trim()
  })
  const calls = steps.length > 0 ? ` by ${steps.join(', ')}` : ' by an earlier delivery, or there were none'
  return `Its routes, propagations and association are removed already${calls}; nothing is put back.`
}

/** The key of the part that goes next: a new one each time some of it is gone; else what remains would count as already written. */
const partOf = (part: TeardownPart, calls: readonly PlannedCall[], done: readonly PlannedCall[]): string =>
  done.some(({ operation }) => operation === calls[0]?.operation) ? `${part}, ${calls.length} left` : part
