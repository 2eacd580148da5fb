/** The decision: one situation in, one step out. Pure and total; `reconcile` does nothing that was not decided here. */
import type { AcceptedWrites } from '../../admission/accepted-writes.js'
import { MAX_WAIT_MS } from '../../domain/backoff.js'
import { MINUTE_MS } from '../../domain/clock.js'
import type { DeadLetterReason, FailureKind } from '../../domain/error-codes.js'
import { type Failure, failureOf, normalCode } from '../../domain/failure.js'
import { describeFaults } from '../../domain/messages/request.js'
import { ageMs } from '../../messaging/received-message.js'
import type { AttachmentState, Driver, ObservedStatus } from '../driver.js'
import { asDryRun } from './dry-run.js'
import { afterFailure } from './retry-policy.js'
import { type Desired, type Knowledge, type Setback, type Situation, targetOf, type Write } from './situation.js'
import type { Step, StepOf } from './step.js'

type Observed = Extract<Knowledge, { readonly is: 'observed' }>

/** The next move for every desired and observed state: the product in one table. */
export const NEXT_MOVES: Readonly<
  Record<Desired, Readonly<Record<ObservedStatus, Write | 'wait' | 'done' | 'reject'>>>
> = {
  attached: {
    absent: 'attach',
    preparing: 'wait',
    attaching: 'wait',
    unrouted: 'route',
    attached: 'done',
    detaching: 'wait',
    elsewhere: 'reject',
  },
  detached: {
    absent: 'done',
    preparing: 'wait',
    attaching: 'wait',
    unrouted: 'detach',
    attached: 'detach',
    detaching: 'wait',
    elsewhere: 'done',
  },
}

/**
 * How long after `notAfter` an unknown state is still read, in milliseconds: an attached network must not be reported
 * as expired.
 */
const GRACE_MS = 15 * MINUTE_MS
const GRACE_WAIT_MS = MINUTE_MS
/** The same for a request that ends for its deliveries, which are counted then and not its age. */
const GRACE_DELIVERIES = 50
/** A grant that the worker made may take this many deliveries to show before it is reported as missing. */
const DELIVERIES_UNTIL_GRANTED = 6
/** A request ends after this many deliveries: none needs more than 500, and the queue's own redrive policy acts after 1,000. */
export const MOST_DELIVERIES = 800

/** The shortest wait before an accepted write is read again, in milliseconds. */
const LEAST_READ_MS = 1_000

export const FIRST_WRITE: Readonly<Record<Desired, Write>> = { attached: 'attach', detached: 'detach' }

/** Answers to a write that a reading must confirm: what it asks for may be there already. */
const CONFIRMED_KINDS: Readonly<Record<Write, FailureKind>> = {
  attach: 'already-attached',
  route: 'absent',
  detach: 'absent',
}

/** The transit router is another one than was read: it was upgraded, created or deleted since. */
const EDITION_CODES: ReadonlySet<string> = new Set(
  [
    'OperationFailed.InvalidTransitRouter',
    'OperationUnsupported.TransitRouterType',
    'Forbidden.TypeInvalid',
    'InvalidTransitRouterId.NotFound',
  ].map(normalCode),
)

/** Decides the next step. Never throws. */
export function decide(situation: Situation, nowMs: number): Step {
  const step = decideChange(situation, nowMs)
  return situation.request.dryRun ? asDryRun(step, situation) : step
}

function decideChange(situation: Situation, nowMs: number): Step {
  const { driver, permission, request, setback, knowledge, desired } = situation
  if (permission.is === 'nothing') return refuse(permission.refusal)
  if (setback) return afterSetback(situation, setback, nowMs)
  // Nothing of an untried request can be in progress, so its end needs no call.
  if (knowledge.is === 'untried' && !request.dryRun) {
    if (isLate(situation, nowMs)) return expire(situation)
    if (permission.is === 'observe') return refuse(permission.refusal)
  }
  if (!driver) return { step: 'find-driver', fresh: false }
  const faults = driver.faultsOf(targetOf(situation))
  if (faults.length > 0)
    return fail(failureOf({ code: 'RequestInvalid', message: describeFaults(faults) }), 'invalid-request')
  if (situation.isDetachUnderWay && !isLate(situation, nowMs)) return waitForOperation('detaching')
  switch (knowledge.is) {
    case 'unknown':
      return request.dryRun && isLate(situation, nowMs) ? expire(situation) : OBSERVE
    case 'pending':
      return isLate(situation, nowMs) ? OBSERVE : waitForOperation(PENDING[knowledge.write])
    case 'untried':
      if (isLate(situation, nowMs)) return expire(situation)
      return desired === 'detached' || driver.rules.readsFirst ? OBSERVE : write(situation, FIRST_WRITE[desired])
    case 'observed':
      return afterObservation(situation, driver, knowledge, nowMs)
  }
}

function afterObservation(situation: Situation, driver: Driver, observed: Observed, nowMs: number): Step {
  const { state, accepted } = observed
  if (state.isForeign) return fail(failureOf({ code: 'OwnerMismatch' }), 'rejected')
  const move = NEXT_MOVES[situation.desired][state.status]
  if (move === 'done') return finish(situation, state, nowMs)
  if (isLate(situation, nowMs)) {
    if (accepted && (move === 'attach' || move === 'detach')) return neverShown(situation, move, accepted)
    return expire(situation, `the last status was ${state.status}`)
  }
  if (isSuperseded(situation, driver, state)) return fail(superseded(situation, state), 'rejected')
  if (move === 'wait') return waitForOperation(state.status)
  if (move === 'reject') return fail(failureOf({ code: 'InvalidOperation.ChildInstanceAlreadyAttached' }), 'rejected')
  // The state is read again soon, then ever later; the write is repeated only after the wait in `accepted`.
  if (accepted && accepted.waitMs > 0) {
    const readMs = Math.min(MAX_WAIT_MS, Math.max(LEAST_READ_MS, accepted.sinceMs / 2))
    const why = `no reading shows an accepted ${move}`
    return { step: 'wait', for: 'visibility', delayMs: Math.min(accepted.waitMs, readMs), why }
  }
  return write(situation, move)
}

function afterSetback(situation: Situation, setback: Setback, nowMs: number): Step {
  switch (setback.from) {
    case 'host':
      return { step: 'wait', for: 'host', delayMs: 0, why: 'no time is left for a call' }
    case 'limit': {
      const why = 'the limit of the CEN or the API is reached'
      return { step: 'wait', for: setback.isSoon ? 'slot-soon' : 'slot', delayMs: setback.waitMs, why }
    }
    case 'breaker':
      return pause(situation, setback.waitMs, nowMs)
    case 'proof': {
      const { failure, waitMs } = setback
      if (isLate(situation, nowMs)) return { ...expire(situation, lastFailure(failure)), refused: true }
      return { step: 'wait', for: 'proof', delayMs: waitMs ?? Infinity, why: failure.code }
    }
    case 'api':
      return afterApiFailure(situation, setback, nowMs)
  }
}

function afterApiFailure(situation: Situation, setback: Extract<Setback, { from: 'api' }>, nowMs: number): Step {
  const { driver, knowledge, grant, permission, message } = situation
  const { during, failure, invisibleMs, probeMs } = setback
  const late = isLate(situation, nowMs)
  const mayGrant = grant === 'possible' && permission.is === 'change' && !late
  if (during === 'attach' && failure.kind === 'not-granted' && mayGrant) return { step: 'grant' }
  if (EDITION_CODES.has(normalCode(failure.code)) && !situation.isEditionFresh)
    return { step: 'find-driver', fresh: true }
  if (driver && isWrite(during) && failure.kind === CONFIRMED_KINDS[during]) {
    if (knowledge.is !== 'observed' || !knowledge.alone) return { step: 'observe', alone: true }
    if (NEXT_MOVES[situation.desired][knowledge.state.status] !== during)
      return afterObservation(situation, driver, knowledge, nowMs)
    // An earlier write for this message may not show yet; otherwise the child instance is attached to another CEN.
    if (invisibleMs > 0) return { step: 'wait', for: 'visibility', delayMs: invisibleMs, why: 'it may not show yet' }
  }
  const progress = { tries: message.receiveCount, ageMs: ageMs(message, nowMs) }
  const next = afterFailure(failure, during, progress, situation.draw)
  if (next.action === 'fail') return fail(failure, next.reason)
  if (next.action === 'pause') return pause(situation, probeMs, nowMs, failure)
  if (late) {
    const isUnknown = during === 'observe' || failure.kind === 'unavailable'
    if (!isUnknown || isGraceOver(situation, nowMs)) return expire(situation, lastFailure(failure))
    return { step: 'wait', for: 'backoff', delayMs: Math.min(next.delayMs, GRACE_WAIT_MS), why: failure.code }
  }
  const mayShowSoon = grant === 'made' && message.receiveCount <= DELIVERIES_UNTIL_GRANTED
  const parked = next.action === 'park' && !mayShowSoon
  return { step: 'wait', for: 'backoff', delayMs: next.delayMs, why: failure.code, ...(parked && { parked: failure }) }
}

const OBSERVE: Step = { step: 'observe', alone: false }

/** The status that a reading would show while a write is pending. */
const PENDING: Readonly<Record<Write, ObservedStatus>> = {
  attach: 'attaching',
  route: 'unrouted',
  detach: 'detaching',
}

const isWrite = (during: Extract<Setback, { from: 'api' }>['during']): during is Write => during in PENDING

/** A detach ends only if the edition was read in this pass: an upgraded router's attachment does not show as Basic. */
function finish(situation: Situation, state: AttachmentState, nowMs: number): Step {
  const { desired, request, grant, permission, isEditionFresh = false } = situation
  if (desired === 'detached' && !isEditionFresh) return { step: 'find-driver', fresh: true }
  if (!request.revokeGrant || grant === 'revoked') return { step: 'finish', state }
  if (isLate(situation, nowMs)) return expire(situation, 'it is detached, and its grant was not taken back')
  return permission.is === 'change' ? { step: 'revoke' } : refuse(permission.refusal)
}

/** True if the attachment was made after the detach was sent, both cut to the precision of the API's times. */
function isSuperseded({ desired, message }: Situation, { rules }: Driver, { attachedAtMs }: AttachmentState): boolean {
  const cut = (ms: number) => Math.floor(ms / rules.timePrecisionMs)
  return desired === 'detached' && attachedAtMs !== undefined && cut(attachedAtMs) > cut(message.sentAtMs)
}

const superseded = ({ message }: Situation, { attachedAtMs = 0 }: AttachmentState): Failure =>
  failureOf({
    code: 'Superseded',
    message: `the attachment was made at ${new Date(attachedAtMs).toISOString()}, after the detach was sent at ${new Date(message.sentAtMs).toISOString()}`,
  })

/** What decides when a request ends. */
type EndOfRequest = Pick<Situation, 'message'> & { readonly request: Pick<Situation['request'], 'notAfterMs'> }

const isLate = ({ request }: Situation, nowMs: number): boolean => nowMs >= request.notAfterMs

/** True once a request ends, whatever is not known of it. */
export const isGraceOver = ({ request, message }: EndOfRequest, nowMs: number): boolean =>
  nowMs >= request.notAfterMs + GRACE_MS || message.receiveCount >= MOST_DELIVERIES + GRACE_DELIVERIES

const fail = (failure: Failure, reason: DeadLetterReason): StepOf<'fail'> => ({ step: 'fail', failure, reason })

const waitForOperation = (status: ObservedStatus): Step => ({
  step: 'wait',
  for: 'operation',
  delayMs: 0,
  why: `the status is ${status}`,
})

function write({ permission }: Situation, change: Write): Step {
  return permission.is === 'change' ? { step: 'write', write: change } : refuse(permission.refusal)
}

function pause(situation: Situation, delayMs: number, nowMs: number, failure?: Failure): Step {
  if (isGraceOver(situation, nowMs)) return expire(situation, failure && lastFailure(failure))
  return { step: 'wait', for: 'paused', delayMs, why: 'the circuit breaker is open' }
}

const refuse = (refusal: Failure): Step => ({ ...fail(refusal, 'forbidden'), refused: true })

const lastFailure = ({ code, message }: Failure): string => `last failure: ${code}: ${message}`

/** The request is late: `notAfter` has passed, or there were too many deliveries. `seen`: what was last observed. */
export function expire(situation: EndOfRequest, seen?: string): StepOf<'fail'> {
  const why = whyOver(situation)
  const text = seen === undefined ? why : `${why}; ${seen}`
  return fail(failureOf({ code: 'RequestExpired', message: text }), 'expired')
}

const NOT_VISIBLE = { attach: 'AttachNotVisible', detach: 'DetachNotVisible' } as const

/** The API accepted the write, and no reading ever showed it. */
function neverShown(
  situation: Situation,
  change: keyof typeof NOT_VISIBLE,
  { times, firstMs }: AcceptedWrites,
): StepOf<'fail'> {
  const sent = `the API accepted the ${change} ${times} times, first at ${new Date(firstMs).toISOString()}`
  const text = `${sent}, and no reading shows it; ${whyOver(situation)}`
  return fail(failureOf({ code: NOT_VISIBLE[change], message: text }), 'unknown')
}

const whyOver = ({ request, message }: EndOfRequest): string =>
  message.receiveCount >= MOST_DELIVERIES
    ? `the queue has delivered it ${message.receiveCount} times`
    : `notAfter (${new Date(request.notAfterMs).toISOString()}) has passed`
