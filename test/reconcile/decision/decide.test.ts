import { describe, expect, it } from 'vitest'
import { type Failure, failureOf } from '../../../lib/domain/failure.js'
import { decide } from '../../../lib/reconcile/decision/decide.js'
import type { Knowledge, Permission, Setback, Situation } from '../../../lib/reconcile/decision/situation.js'
import type { Step, StepOf } from '../../../lib/reconcile/decision/step.js'
import type { Driver, ObservedStatus } from '../../../lib/reconcile/driver.js'
import {
  message as createMessage,
  situation as createSituation,
  createTestContext,
  failure,
  HOUR_MS,
  MINUTE_MS,
  NOW_MS,
  RULES,
} from '../../support/reconcile-context.js'

const refusal = failureOf({ code: 'PolicyDenied', message: 'not theirs' })
const message = createMessage()

interface Overrides extends Partial<Omit<Situation, 'driver'>> {
  readonly driver?: Driver | undefined
  readonly dryRun?: boolean
  readonly revokeGrant?: boolean
  /** Milliseconds until `notAfter`. */
  readonly leftMs?: number
}

function situation({ dryRun = false, leftMs = HOUR_MS, revokeGrant = false, ...rest }: Overrides = {}): Situation {
  const made = createSituation({ knowledge: { is: 'untried' }, ...rest } as Partial<Situation>, { dryRun, leftMs })
  return { ...made, request: { ...made.request, revokeGrant } }
}

const { driver } = createTestContext()
const readingFirst: Driver = { ...driver, rules: { ...RULES, readsFirst: true } }
const unfit: Driver = { ...driver, faultsOf: () => [{ path: 'vpcRoutes', message: 'does not fit' }] }
const editionChanged = failureOf({ code: 'OperationFailed.InvalidTransitRouter' })
const attachedAt = (attachedAtMs: number): Knowledge => ({
  is: 'observed',
  state: { status: 'attached', attachedAtMs },
})

const observed = (status: ObservedStatus, alone = false): Knowledge => ({ is: 'observed', state: { status }, alone })

/** An absence although an attach was accepted three times. */
const unseen = (accepted: { readonly sinceMs: number; readonly waitMs: number }): Knowledge => ({
  is: 'observed',
  state: { status: 'absent' },
  accepted: { times: 3, firstMs: NOW_MS - 100_000, ...accepted },
})

const api = (during: Extract<Setback, { from: 'api' }>['during'], failed: Failure, invisibleMs = 0): Setback => ({
  from: 'api',
  during,
  failure: failed,
  invisibleMs,
  probeMs: 7_000,
})

/** A step in few words. */
const brief = (step: Step): string => {
  switch (step.step) {
    case 'observe':
      return step.alone ? 'observe alone' : 'observe'
    case 'write':
      return step.write
    case 'wait':
      return `wait for ${step.for}${step.parked ? ', parked' : ''}`
    case 'fail':
      return `fail ${step.reason} ${step.failure.code}`
    case 'answer':
      return `answer ${step.verdict.would}`
    default:
      return step.step
  }
}

const closed: Permission = { is: 'observe', refusal }
const refused: Permission = { is: 'nothing', refusal }

describe('the decision', () => {
  it.each<[reason: string, Overrides, expected: string]>([
    ['nothing of a first delivery can be under way, so it needs no reading', {}, 'attach'],
    ['an earlier delivery may have attached it', { knowledge: { is: 'unknown' } }, 'observe'],
    ['what was accepted cannot show yet', { knowledge: { is: 'pending', write: 'attach' } }, 'wait for operation'],
    ['an operation ends in its own time', { knowledge: observed('attaching') }, 'wait for operation'],
    ['a router that is prepared becomes ready by itself', { knowledge: observed('preparing') }, 'wait for operation'],
    ['a detach under way has to end first', { knowledge: observed('detaching') }, 'wait for operation'],
    [
      'a detach of this process is under way',
      { isDetachUnderWay: true, knowledge: { is: 'unknown' } },
      'wait for operation',
    ],
    [
      'a detach of this process is under way, whatever a reading showed',
      { isDetachUnderWay: true, knowledge: observed('attached') },
      'wait for operation',
    ],
    ['it is attached, as read', { knowledge: observed('attached') }, 'finish'],
    ['it lacks only its routes', { knowledge: observed('unrouted') }, 'route'],
    [
      'another CEN has it',
      { knowledge: observed('elsewhere') },
      'fail rejected InvalidOperation.ChildInstanceAlreadyAttached',
    ],
    [
      'a detach of what is gone needs a fresh edition',
      { desired: 'detached', knowledge: observed('absent') },
      'find-driver',
    ],
    [
      'a detach of what is gone is done',
      { desired: 'detached', isEditionFresh: true, knowledge: observed('absent') },
      'finish',
    ],
    ['a detach takes what is attached', { desired: 'detached', knowledge: observed('attached') }, 'detach'],
    ['a detach takes what has no routes, too', { desired: 'detached', knowledge: observed('unrouted') }, 'detach'],
    ['a detach is read first, even at its first delivery', { desired: 'detached' }, 'observe'],
    ['the driver is not known yet', { driver: undefined }, 'find-driver'],
    ['an edition may require that the state is read first', { driver: readingFirst }, 'observe'],
    ['a field does not fit the edition', { driver: unfit }, 'fail invalid-request RequestInvalid'],
    ['the edition may have changed', { setback: api('attach', editionChanged) }, 'find-driver'],
    [
      'the edition was read and is the same',
      { isEditionFresh: true, setback: api('attach', editionChanged) },
      'fail rejected OperationFailed.InvalidTransitRouter',
    ],
    [
      'the attachment is younger than the detach',
      { desired: 'detached', knowledge: attachedAt(NOW_MS) },
      'fail rejected Superseded',
    ],
    [
      'the attachment and the detach are of one minute',
      { desired: 'detached', knowledge: attachedAt(NOW_MS - MINUTE_MS) },
      'detach',
    ],
    [
      'a detach answers that nothing is there',
      { desired: 'detached', knowledge: observed('attached'), setback: api('detach', failure('absent')) },
      'observe alone',
    ],
    [
      'a detach answers that nothing is there, and nothing is',
      {
        desired: 'detached',
        isEditionFresh: true,
        knowledge: observed('absent', true),
        setback: api('detach', failure('absent')),
      },
      'finish',
    ],
    [
      'the grant is to be taken back',
      { desired: 'detached', isEditionFresh: true, revokeGrant: true, knowledge: observed('absent') },
      'revoke',
    ],
    [
      'the grant was taken back',
      { desired: 'detached', isEditionFresh: true, revokeGrant: true, grant: 'revoked', knowledge: observed('absent') },
      'finish',
    ],
    ['a detach waits for a router', { desired: 'detached', knowledge: observed('preparing') }, 'wait for operation'],
    ['a detach waits for an attach', { desired: 'detached', knowledge: observed('attaching') }, 'wait for operation'],
    ['a detach under way has to end', { desired: 'detached', knowledge: observed('detaching') }, 'wait for operation'],
    [
      'a detach leaves other CENs alone',
      { desired: 'detached', isEditionFresh: true, knowledge: observed('elsewhere') },
      'finish',
    ],

    ['nobody may', { permission: refused, knowledge: observed('attached') }, 'fail forbidden PolicyDenied'],
    ['a freeze lets nothing be changed', { permission: closed }, 'fail forbidden PolicyDenied'],
    [
      'a freeze does not hide what is attached already',
      { permission: closed, knowledge: observed('attached') },
      'finish',
    ],
    ['a freeze lets the state be read', { permission: closed, knowledge: { is: 'unknown' } }, 'observe'],

    ['it is over', { leftMs: 0 }, 'fail expired RequestExpired'],
    ['it is over, but may be attached', { leftMs: 0, knowledge: { is: 'unknown' } }, 'observe'],
    [
      'it is over, and the effect of its write is read',
      { leftMs: 0, knowledge: { is: 'pending', write: 'attach' } },
      'observe',
    ],
    ['it became attached in time', { leftMs: 0, knowledge: observed('attached') }, 'finish'],
    ['it is over and still under way', { leftMs: 0, knowledge: observed('attaching') }, 'fail expired RequestExpired'],

    ['a limit is reached', { setback: { from: 'limit', waitMs: 9_000, isSoon: false } }, 'wait for slot'],
    ['a slot is near', { setback: { from: 'limit', waitMs: 9_000, isSoon: true } }, 'wait for slot-soon'],
    ['the circuit breaker is open', { setback: { from: 'breaker', waitMs: 5_000 } }, 'wait for paused'],
    [
      'the circuit breaker outlasts the request and its grace',
      { leftMs: -16 * MINUTE_MS, setback: { from: 'breaker', waitMs: 5_000 } },
      'fail expired RequestExpired',
    ],
    ['the host has no time left', { setback: { from: 'host' } }, 'wait for host'],

    ['busy passes', { setback: api('attach', failure('busy')) }, 'wait for backoff'],
    ['no retry helps', { setback: api('attach', failure('rejected', 'Bid.NotFound')) }, 'fail rejected Bid.NotFound'],
    ['a refused reading says nothing', { setback: api('observe', failure('rejected')) }, 'wait for backoff'],
    ['bad credentials pause the worker', { setback: api('attach', failure('credentials')) }, 'wait for paused'],
    ['an owner must grant', { setback: api('attach', failure('not-granted')) }, 'wait for backoff, parked'],
    ['the worker can grant', { grant: 'possible', setback: api('attach', failure('not-granted')) }, 'grant'],
    [
      'a grant that was just made may not show yet',
      { grant: 'made', setback: api('attach', failure('not-granted')) },
      'wait for backoff',
    ],
    [
      'a grant that was made and never shows is reported',
      { grant: 'made', message: { ...message, receiveCount: 7 }, setback: api('attach', failure('not-granted')) },
      'wait for backoff, parked',
    ],
    ['RAM must change', { setback: api('observe', failure('unauthorized')) }, 'wait for backoff, parked'],
    [
      'already attached: where, is read with the last word',
      { setback: api('attach', failure('already-attached')) },
      'observe alone',
    ],
    [
      'an older reading does not say where',
      { knowledge: observed('absent'), setback: api('attach', failure('already-attached')) },
      'observe alone',
    ],
    [
      'it is attached here',
      { knowledge: observed('attached', true), setback: api('attach', failure('already-attached')) },
      'finish',
    ],
    [
      'it is attached elsewhere',
      {
        knowledge: observed('absent', true),
        setback: api('attach', failure('already-attached', 'InvalidOperation.ChildInstanceAlreadyAttached')),
      },
      'fail rejected InvalidOperation.ChildInstanceAlreadyAttached',
    ],
    [
      'an attach that was sent earlier may not show yet',
      { knowledge: observed('absent', true), setback: api('attach', failure('already-attached'), 4_000) },
      'wait for visibility',
    ],
    [
      'after notAfter an unknown outcome is still read for a while',
      { leftMs: -MINUTE_MS, setback: api('attach', failure('unavailable')) },
      'wait for backoff',
    ],
    [
      'after the grace it ends',
      { leftMs: -16 * MINUTE_MS, setback: api('observe', failure('unavailable')) },
      'fail expired RequestExpired',
    ],
    [
      'after notAfter a busy CEN ends it',
      { leftMs: 0, setback: api('attach', failure('busy')) },
      'fail expired RequestExpired',
    ],

    ['a dry run reads before a write', { dryRun: true, knowledge: { is: 'unknown' } }, 'observe'],
    ['a dry run stops before the write', { dryRun: true, knowledge: observed('absent') }, 'preview'],
    [
      'a dry run answers with what it read',
      { dryRun: true, knowledge: observed('absent'), verdict: { would: 'attach', reasons: [] } },
      'answer attach',
    ],
    ['a dry run finds it attached', { dryRun: true, knowledge: observed('attached') }, 'answer adopt'],
    ['a dry run finds it under way', { dryRun: true, knowledge: observed('attaching') }, 'answer adopt'],
    ['a dry run finds it being detached', { dryRun: true, knowledge: observed('detaching') }, 'answer attach'],
    ['a dry run is refused', { dryRun: true, permission: refused }, 'answer refuse'],
    ['a dry run may not read', { dryRun: true, setback: api('observe', failure('unauthorized')) }, 'answer refuse'],
    ['a dry run expires', { dryRun: true, leftMs: 0, knowledge: { is: 'unknown' } }, 'answer refuse'],
  ])('%s', (_reason, overrides, expected) => {
    expect(brief(decide(situation(overrides), NOW_MS))).toBe(expected)
  })

  it('says what was last seen of a request that expires', () => {
    const text = (overrides: Overrides) => {
      const step = decide(situation({ leftMs: -16 * MINUTE_MS, ...overrides }), NOW_MS)
      return step.step === 'fail' ? step.failure.message : ''
    }
    expect(text({ knowledge: observed('detaching') })).toContain('detaching')
    expect(text({ setback: api('observe', failure('unavailable', 'RequestTimeout')) })).toContain('RequestTimeout')
    expect(text({ message: { ...message, receiveCount: 800 } })).toContain('800 times')
  })

  it('waits within the grace at most a minute, and no shorter than a failure asks for', () => {
    const slow = { ...failure('unavailable'), retryAfterMs: 20_000 }
    expect(decide(situation({ setback: api('observe', slow) }), NOW_MS)).toMatchObject({ delayMs: 20_000 })
    const late = situation({ leftMs: 0, setback: api('observe', { ...slow, retryAfterMs: 600_000 }) })
    expect(decide(late, NOW_MS)).toMatchObject({ step: 'wait', delayMs: MINUTE_MS })
  })

  it('pauses until the probe of the circuit breaker', () => {
    const paused = situation({ setback: api('attach', failure('credentials')) })
    expect(decide(paused, NOW_MS)).toMatchObject({ for: 'paused', delayMs: 7_000 })
  })

  it.each<[reason: string, Overrides, expected: Partial<StepOf<'wait'>>]>([
    ['an operation', { knowledge: observed('attaching') }, { delayMs: 0, why: 'the status is attaching' }],
    [
      'what a reading would show of a write that is pending',
      { knowledge: { is: 'pending', write: 'attach' } },
      { delayMs: 0, why: 'the status is attaching' },
    ],
    ['the routes', { knowledge: { is: 'pending', write: 'route' } }, { why: 'the status is unrouted' }],
    ['the end of a detach', { knowledge: { is: 'pending', write: 'detach' } }, { why: 'the status is detaching' }],
    ['a host', { setback: { from: 'host' } }, { delayMs: 0, why: 'no time is left for a call' }],
    [
      'a limit',
      { setback: { from: 'limit', waitMs: 9_000, isSoon: false } },
      { delayMs: 9_000, why: 'the limit of the CEN or the API is reached' },
    ],
    [
      'a circuit breaker',
      { setback: { from: 'breaker', waitMs: 5_000 } },
      { delayMs: 5_000, why: 'the circuit breaker is open' },
    ],
    [
      'a circuit breaker, within the grace after notAfter',
      { leftMs: -15 * MINUTE_MS + 1, setback: { from: 'breaker', waitMs: 5_000 } },
      { for: 'paused', delayMs: 5_000 },
    ],
    ['a call', { setback: api('attach', failure('unauthorized')) }, { delayMs: 19_000, why: 'Some.Code' }],
    [
      'a proof that is expected',
      { setback: { from: 'proof', failure: failure('unavailable', 'Unproved'), waitMs: 700 } },
      { for: 'proof', delayMs: 700, why: 'Unproved' },
    ],
    [
      'a proof of which nothing is known',
      { setback: { from: 'proof', failure: failure('unavailable') } },
      { for: 'proof', delayMs: Infinity },
    ],
    [
      'what may not show yet',
      { knowledge: observed('absent', true), setback: api('attach', failure('already-attached'), 4_000) },
      { for: 'visibility', delayMs: 4_000, why: 'it may not show yet' },
    ],
    [
      'an accepted write: half as long as it has waited',
      { knowledge: unseen({ sinceMs: 8_000, waitMs: 60_000 }) },
      { for: 'visibility', delayMs: 4_000, why: 'no reading shows an accepted attach' },
    ],
    ['an accepted write: a second at least', { knowledge: unseen({ sinceMs: 0, waitMs: 60_000 }) }, { delayMs: 1_000 }],
    ['an accepted write: an hour at most', { knowledge: unseen({ sinceMs: 9e9, waitMs: 9e9 }) }, { delayMs: HOUR_MS }],
    [
      'an accepted write: no longer than until it may be repeated',
      { knowledge: unseen({ sinceMs: 8_000, waitMs: 500 }) },
      { delayMs: 500 },
    ],
  ])('waits for %s as long as it takes, and says why', (_reason, overrides, expected) => {
    expect(decide(situation(overrides), NOW_MS)).toMatchObject({ step: 'wait', ...expected })
  })

  it('repeats an accepted write once its gap is over', () => {
    expect(brief(decide(situation({ knowledge: unseen({ sinceMs: 60_000, waitMs: 0 }) }), NOW_MS))).toBe('attach')
  })

  it('ends an accepted attach that never showed as unknown, with how often and when it was accepted', () => {
    const late = situation({ leftMs: 0, knowledge: unseen({ sinceMs: 1, waitMs: 1 }) })
    const step = decide(late, NOW_MS)
    expect(step).toMatchObject({ step: 'fail', reason: 'unknown', failure: { code: 'AttachNotVisible' } })
    const text = step.step === 'fail' ? step.failure.message : ''
    expect(text).toContain('3 times')
    expect(text).toContain(new Date(NOW_MS - 100_000).toISOString())
    expect(text).toContain(`notAfter (${new Date(NOW_MS).toISOString()}) has passed`)
    // Other moves than an attach expire in the usual way.
    const unrouted = { ...unseen({ sinceMs: 1, waitMs: 1 }), state: { status: 'unrouted' } } as Knowledge
    expect(brief(decide(situation({ leftMs: 0, knowledge: unrouted }), NOW_MS))).toBe('fail expired RequestExpired')
  })

  it('marks as refused what ends for lack of consent or proof, and nothing else', () => {
    const isRefused = (overrides: Overrides) => {
      const step = decide(situation(overrides), NOW_MS)
      return step.step === 'fail' || step.step === 'answer' ? (step.refused ?? false) : undefined
    }
    const unproved: Setback = { from: 'proof', failure: failure('unavailable', 'Unproved') }
    expect(isRefused({ permission: refused })).toBe(true)
    expect(isRefused({ permission: closed })).toBe(true)
    expect(isRefused({ leftMs: 0, setback: unproved })).toBe(true)
    expect(isRefused({ leftMs: 0 })).toBe(false)
    expect(isRefused({ dryRun: true, permission: refused })).toBe(true)
    expect(isRefused({ dryRun: true, leftMs: 0, knowledge: { is: 'unknown' } })).toBe(false)
    expect(isRefused({ knowledge: observed('elsewhere') })).toBe(false)
  })

  it('names the last failure of a request that expires', () => {
    const text = (overrides: Overrides) => {
      const step = decide(situation({ leftMs: -16 * MINUTE_MS, ...overrides }), NOW_MS)
      return step.step === 'fail' ? step.failure.message : ''
    }
    const unproved: Setback = { from: 'proof', failure: failure('unavailable', 'Unproved') }
    const closing = new Date(NOW_MS - 16 * MINUTE_MS).toISOString()
    expect(text({ setback: unproved })).toBe(
      `notAfter (${closing}) has passed; last failure: Unproved: text of Unproved`,
    )
    expect(text({ setback: api('attach', failure('credentials', 'Bad.Key')) })).toContain('last failure: Bad.Key: text')
    expect(text({ setback: { from: 'breaker', waitMs: 1 } })).toBe(`notAfter (${closing}) has passed`)
    expect(text({ leftMs: -15 * MINUTE_MS, setback: { from: 'breaker', waitMs: 1 } })).toContain('has passed')
    expect(text({ setback: api('attach', failure('busy', 'Busy.Now')) })).toContain('last failure: Busy.Now: text')
    expect(text({ knowledge: observed('detaching') })).toBe(
      `notAfter (${closing}) has passed; the last status was detaching`,
    )
    const often = { message: { ...message, receiveCount: 800 } }
    expect(text(often)).toContain('800 times')
    expect(text({ message: { ...message, receiveCount: 799 } })).toContain('notAfter')
  })

  it('grants only for an attach that was not granted, with permission and in time', () => {
    const missing = api('attach', failure('not-granted'))
    const granting = (overrides: Overrides) =>
      decide(situation({ grant: 'possible', setback: missing, ...overrides }), NOW_MS).step === 'grant'
    expect(granting({})).toBe(true)
    expect(granting({ grant: 'refused' })).toBe(false)
    expect(granting({ permission: closed })).toBe(false)
    expect(granting({ leftMs: 0 })).toBe(false)
    expect(granting({ setback: api('observe', failure('not-granted')) })).toBe(false)
    expect(granting({ setback: api('attach', failure('unauthorized')) })).toBe(false)
  })

  it('reports a grant that was made and does not show only after six deliveries', () => {
    const made = (receiveCount: number) =>
      brief(
        decide(
          situation({
            grant: 'made',
            message: { ...message, receiveCount },
            setback: api('attach', failure('not-granted')),
          }),
          NOW_MS,
        ),
      )
    expect(made(6)).toBe('wait for backoff')
    expect(made(7)).toBe('wait for backoff, parked')
  })

  it('within the grace reads on only if the outcome is not known', () => {
    const decided = (overrides: Overrides) => brief(decide(situation({ leftMs: -MINUTE_MS, ...overrides }), NOW_MS))
    expect(decided({ setback: api('observe', failure('busy')) })).toBe('wait for backoff')
    expect(decided({ setback: api('attach', failure('busy')) })).toBe('fail expired RequestExpired')
    const ended = { leftMs: -15 * MINUTE_MS, setback: api('observe', failure('unavailable')) }
    expect(decided(ended)).toBe('fail expired RequestExpired')
    expect(decided({ ...ended, leftMs: -15 * MINUTE_MS + 1 })).toBe('wait for backoff')
  })

  it('after a failed attach goes by the reading with the last word', () => {
    const taken = (knowledge: Knowledge) =>
      brief(decide(situation({ knowledge, setback: api('attach', failure('already-attached')) }), NOW_MS))
    expect(taken(observed('attaching', true))).toBe('wait for operation')
    expect(taken({ is: 'pending', write: 'attach' })).toBe('observe alone')
    const detach = api('detach', failure('already-attached'))
    expect(brief(decide(situation({ setback: detach }), NOW_MS))).toBe('fail unknown Some.Code')
  })
})
