/** The steps that make calls: each returns the situation after the call. None rejects. */
import { MINUTE_MS } from '../domain/clock.js'
import type { Failure } from '../domain/failure.js'
import { noteFailure } from '../messaging/delivery-span.js'
import { ageMs } from '../messaging/received-message.js'
import { acquireSlot, joinQueue } from './acquire-slot.js'
import type { Context } from './context.js'
import { NEXT_MOVES } from './decision/decide.js'
import { driverOf, operationOf } from './decision/operation.js'
import { ruleOf } from './decision/retry-policy.js'
import { type Setback, type Situation, settled, targetOf, type Write } from './decision/situation.js'
import { type AttachmentState, type CallLimits, LEAST_CALL_MS } from './driver.js'

/** A reading waits at most this long, in milliseconds, to be shared with other messages. */
const SHARED_READ_MS = 1_000

/**
 * The first reading for an attach may be taken from a listing that was read for other messages, if that was after this
 * message was sent and at most this long ago, in milliseconds. If the network was attached meanwhile, the write is refused
 * and the state is read again.
 */
const RECENT_MS = 2 * MINUTE_MS

/** The situation with the driver of the attachment; a change of the edition makes the state unknown. */
export async function findDriver(
  situation: Situation,
  context: Context,
  limits: CallLimits,
  fresh: boolean,
): Promise<Situation> {
  const { driver: before, request } = situation
  const { breaker, clock, drivers } = context
  const waitMs = breaker.admit('read', request.attachment, clock.now())
  if (waitMs > 0) return { ...situation, setback: { from: 'breaker', waitMs } }
  const answer = await drivers.find(targetOf(situation), { ...limits, fresh })
  breaker.observe('read', request.attachment, answer.ok ? undefined : answer.failure, clock.now())
  if (!answer.ok) {
    // The detach that this edition accepted has shown it, though it may not be listed.
    const isShown = before !== undefined && context.accepted.has(request.idempotencyKey)
    if (fresh && isShown && answer.failure.kind === 'unauthorized') return { ...situation, isEditionFresh: true }
    return failed(situation, context, 'observe', answer.failure)
  }
  const driver = answer.value
  const found = { ...situation, driver, isEditionFresh: fresh }
  const isChanged = before !== undefined && before.rules.edition !== driver.rules.edition
  return isChanged ? settled(found, { knowledge: { is: 'unknown' } }) : found
}

/** Reads the state. A message that waits for a slot is read when its slot is near, not on every delivery. */
export async function observe(
  situation: Situation,
  context: Context,
  limits: CallLimits,
  alone: boolean,
): Promise<Situation> {
  const { desired, knowledge, message, setback, request } = situation
  const { breaker, clock, durations, limiter } = context
  const { attachment, idempotencyKey } = request
  const slot = alone ? 0 : joinQueue(situation, context)
  if (typeof slot !== 'number') return { ...situation, setback: slot }
  const waitMs = breaker.admit('read', attachment, clock.now())
  if (waitMs > 0) return { ...situation, setback: { from: 'breaker', waitMs } }
  // A wrong absence would end a detach or a late attach; any other attach is only refused, and read again.
  const isExact = desired === 'detached' || clock.now() >= request.notAfterMs
  // The probe needs an answer of the API, which an earlier reading is not.
  const timing =
    alone || breaker.isProbing()
      ? { alone: true }
      : {
          neededByMs: clock.now() + Math.min(Math.max(slot, durations.shareMs(idempotencyKey)), SHARED_READ_MS),
          ...(isExact && { exact: true }),
          ...(knowledge.is === 'untried' &&
            desired === 'attached' && { sinceMs: Math.max(message.sentAtMs, clock.now() - RECENT_MS) }),
        }
  const answer = await driverOf(situation).observe(targetOf(situation), { ...limits, ...timing })
  breaker.observe('read', attachment, answer.ok ? undefined : answer.failure, clock.now())
  if (!answer.ok) return failed(situation, context, 'observe', answer.failure)
  const state = answer.value
  if (state.holdsSlot === false) limiter.ended(request, true)
  const unseen = acceptedBefore(state, situation, context)
  if (state.status === 'attaching' || state.status === 'detaching')
    durations.running(operationOf(situation), idempotencyKey, clock.now())
  else if (unseen === undefined) durations.completed(idempotencyKey, clock.now())
  // A reading `alone` checks a failed write, so the decision needs both.
  return settled(situation, {
    knowledge: { is: 'observed', state, alone, accepted: unseen },
    ...(alone && setback && { setback }),
  })
}

/** The accepted write that would lead to another state than this one: no reading shows it yet. */
function acceptedBefore(state: AttachmentState, situation: Situation, context: Context) {
  const { desired, request } = situation
  const move = NEXT_MOVES[desired][state.status]
  if (move === 'wait' || move === 'done' || move === 'reject' || areOfOthers(situation, context)) return undefined
  return context.accepted.of(request.idempotencyKey, state.part ?? move, context.clock.now())
}

/**
 * True if the accepted writes were made for other messages, and would show by now: another process has seen their end, and
 * the attachment has changed since.
 */
function areOfOthers(situation: Situation, { accepted, clock, knowledge }: Context): boolean {
  const { message, request } = situation
  const sinceMs = accepted.sinceMs(request.idempotencyKey, clock.now())
  return !knowledge.hasWritten(message) && sinceMs >= driverOf(situation).rules.invisibleMs
}

/** Whether a change may no longer be sent: `notAfter`, the time of the host or the consent of the policy may end within a pass. */
export const isOverFor =
  ({ message, request }: Situation, { clock, policy }: Context, { deadlineMs }: CallLimits) =>
  (): boolean => {
    const nowMs = clock.now()
    if (nowMs >= request.notAfterMs || deadlineMs - nowMs < LEAST_CALL_MS) return true
    return policy.evaluate(request, message, nowMs).answer !== 'allowed'
  }

/** Makes a change if a slot, the rate limiter and the circuit breaker admit it. */
export async function write(
  situation: Situation,
  context: Context,
  limits: CallLimits,
  change: Write,
): Promise<Situation> {
  const { message, request, knowledge } = situation
  const { breaker, clock, durations, limiter, log } = context
  const driver = driverOf(situation)
  const { attachment, idempotencyKey, requestId } = request
  const call = driver[change]
  if (!call) throw new Error(`the driver has no ${change}`)
  const isOver = isOverFor(situation, context, limits)
  if (isOver()) return { ...situation, setback: { from: 'host' } }
  const operation = operationOf(situation, change)
  const slot = operation.holdsSlot ? acquireSlot(situation, context) : undefined
  if (slot) return { ...situation, setback: slot }
  const waitMs = breaker.admit('write', attachment, clock.now())
  if (waitMs > 0) {
    if (operation.holdsSlot) limiter.ended(request, false)
    return { ...situation, setback: { from: 'breaker', waitMs } }
  }
  const typicalMs = durations.typicalMs(operation)
  const refused = (failure: Failure) => limiter.refused(request, failure, clock.now(), typicalMs)
  const answer = await call(targetOf(situation), { ...limits, isOver, refused })
  const failure = answer.ok ? undefined : answer.failure
  breaker.observe('write', attachment, failure, clock.now())
  noteFailure(message, failure)
  const isStale = areOfOthers(situation, context)
  if (failure === undefined || failure.kind === 'unavailable') context.knowledge.wrote(message)
  if (failure === undefined) {
    if (isStale) context.accepted.forget(idempotencyKey)
    durations.accepted(operation, idempotencyKey, clock.now())
    const part = (knowledge.is === 'observed' ? knowledge.state.part : undefined) ?? change
    const originMs = knowledge.is === 'untried' ? clock.now() : message.sentAtMs
    context.accepted.add(idempotencyKey, part, originMs, clock.now())
    return settled(situation, { knowledge: { is: 'pending', write: change } })
  }
  const { cenId, childInstanceId } = attachment
  const { code, kind, message: text, apiRequestId } = failure
  log.info(`${change}:failed`, { requestId, cenId, childInstanceId, code, kind, message: text, apiRequestId })
  // A call that a limit refused changed nothing, and the limiter knows when to retry it.
  const isLimited = operation.holdsSlot && ruleOf(code, kind).action === 'slot'
  const again = isLimited ? acquireSlot(situation, context) : undefined
  if (again) return { ...situation, setback: again }
  const sinceMs = Math.min(ageMs(message, clock.now()), durations.sinceMs(idempotencyKey, clock.now()))
  const invisibleMs = knowledge.is === 'untried' ? 0 : Math.max(0, driver.rules.invisibleMs - sinceMs)
  return failed(situation, context, change, failure, invisibleMs)
}

/** Reads what the write of a dry run would meet. */
export async function preview(situation: Situation, context: Context, limits: CallLimits): Promise<Situation> {
  const { breaker, clock } = context
  const { attachment } = situation.request
  const answer = await driverOf(situation).preview(targetOf(situation), limits)
  breaker.observe('read', attachment, answer.ok ? undefined : answer.failure, clock.now())
  return answer.ok
    ? settled(situation, { verdict: answer.value })
    : failed(situation, context, 'observe', answer.failure)
}

/** The situation after a call that failed. */
export function failed(
  situation: Situation,
  { breaker, clock }: Context,
  during: Extract<Setback, { from: 'api' }>['during'],
  failure: Failure,
  invisibleMs = 0,
): Situation {
  noteFailure(situation.message, failure)
  const probeMs = Math.max(0, (breaker.status().probeAtMs ?? 0) - clock.now())
  return { ...situation, setback: { from: 'api', during, failure, invisibleMs, probeMs } }
}
