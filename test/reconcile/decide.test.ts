import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/clock.js'
import { FAILURE_KINDS, type FailureKind } from '../../lib/domain/error-codes.js'
import { type Failure, failureOf } from '../../lib/domain/failure.js'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import { decide, NEXT_MOVES } from '../../lib/reconcile/decide.js'
import type { ObservedStatus } from '../../lib/reconcile/driver.js'
import type {
  Desired,
  GrantStatus,
  Knowledge,
  Permission,
  Setback,
  Situation,
  Write,
} from '../../lib/reconcile/situation.js'
import type { Step } from '../../lib/reconcile/step.js'

const NOW_MS = Date.UTC(2026, 10, 25, 12)

const refusal = failureOf({ code: 'PolicyDenied', message: 'not theirs' })
const failure = (kind: FailureKind, code = 'Some.Code'): Failure => ({ kind, code, message: 'text', advice: 'advice' })

const message: ReceivedMessage = {
  messageId: 'm',
  handle: { current: 'h' },
  body: '{}',
  receiveCount: 2,
  sentAtMs: NOW_MS - MINUTE_MS,
  receivedAtMs: NOW_MS,
}

interface Overrides extends Partial<Situation> {
  readonly dryRun?: boolean
  /** Milliseconds until `notAfter`. */
  readonly leftMs?: number
}

const situation = ({ dryRun = false, leftMs = HOUR_MS, ...rest }: Overrides = {}): Situation => ({
  message,
  request: {
    requestId: 'r',
    attachment: {
      cenId: 'cen-1',
      childInstanceId: 'vpc-1',
      childInstanceType: 'VPC',
      childInstanceRegionId: 'cn-hangzhou',
    },
    idempotencyKey: 'key',
    notAfterMs: NOW_MS + leftMs,
    dryRun,
  },
  desired: 'attached',
  knowledge: { is: 'untried' },
  permission: { is: 'change' },
  grant: 'impossible',
  draw: 0.5,
  ...rest,
})

const observed = (status: ObservedStatus, alone = false): Knowledge => ({ is: 'observed', state: { status }, alone })

const api = (during: Extract<Setback, { from: 'api' }>['during'], failed: Failure, invisibleMs = 0): Setback => ({
  from: 'api',
  during,
  failure: failed,
  invisibleMs,
  probeMs: 7_000,
})

/** A short text for a step. */
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
    ['a first delivery needs no reading: nothing of it can be in progress', {}, 'attach'],
    ['an earlier delivery may have attached it', { knowledge: { is: 'unknown' } }, 'observe'],
    [
      'it is too early to read an accepted write',
      { knowledge: { is: 'pending', write: 'attach' } },
      'wait for operation',
    ],
    ['an operation in progress is waited for', { knowledge: observed('attaching') }, 'wait for operation'],
    ['a router that is being created is waited for', { knowledge: observed('preparing') }, 'wait for operation'],
    ['a detach in progress has to end first', { knowledge: observed('detaching') }, 'wait for operation'],
    ['it is attached, as read', { knowledge: observed('attached') }, 'finish'],
    ['it lacks only its routes', { knowledge: observed('unrouted') }, 'route'],
    [
      'it is attached to another CEN',
      { knowledge: observed('elsewhere') },
      'fail rejected InvalidOperation.ChildInstanceAlreadyAttached',
    ],
    ['a detach of an absent attachment is done', { desired: 'detached', knowledge: observed('absent') }, 'finish'],
    ['an attachment is detached', { desired: 'detached', knowledge: observed('attached') }, 'detach'],
    [
      'an attachment to another CEN is not detached',
      { desired: 'detached', knowledge: observed('elsewhere') },
      'finish',
    ],

    ['the policy refuses', { permission: refused, knowledge: observed('attached') }, 'fail forbidden PolicyDenied'],
    ['a freeze forbids changes', { permission: closed }, 'fail forbidden PolicyDenied'],
    [
      'a freeze does not hide an existing attachment',
      { permission: closed, knowledge: observed('attached') },
      'finish',
    ],
    ['a freeze allows the state to be read', { permission: closed, knowledge: { is: 'unknown' } }, 'observe'],

    ['it is late', { leftMs: 0 }, 'fail expired RequestExpired'],
    ['it is late, but may be attached', { leftMs: 0, knowledge: { is: 'unknown' } }, 'observe'],
    [
      'it is late, and the effect of its write is read',
      { leftMs: 0, knowledge: { is: 'pending', write: 'attach' } },
      'observe',
    ],
    ['it became attached in time', { leftMs: 0, knowledge: observed('attached') }, 'finish'],
    [
      'it is late and still in progress',
      { leftMs: 0, knowledge: observed('attaching') },
      'fail expired RequestExpired',
    ],

    ['a limit is reached', { setback: { from: 'limit', waitMs: 9_000, isSoon: false } }, 'wait for slot'],
    ['a slot is near', { setback: { from: 'limit', waitMs: 9_000, isSoon: true } }, 'wait for slot-soon'],
    ['the circuit breaker is open', { setback: { from: 'breaker', waitMs: 5_000 } }, 'wait for paused'],
    [
      'the circuit breaker outlasts the request and its grace',
      { leftMs: -16 * MINUTE_MS, setback: { from: 'breaker', waitMs: 5_000 } },
      'fail expired RequestExpired',
    ],
    ['the host has no time left', { setback: { from: 'host' } }, 'wait for host'],

    ['a busy CEN is retried', { setback: api('attach', failure('busy')) }, 'wait for backoff'],
    ['no retry helps', { setback: api('attach', failure('rejected', 'Bid.NotFound')) }, 'fail rejected Bid.NotFound'],
    ['a refused reading is retried', { setback: api('observe', failure('rejected')) }, 'wait for backoff'],
    [
      'bad credentials wait for the circuit breaker',
      { setback: api('attach', failure('credentials')) },
      'wait for paused',
    ],
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
    ['a RAM policy must change', { setback: api('observe', failure('unauthorized')) }, 'wait for backoff, parked'],
    [
      'already attached: an authoritative reading finds to which CEN',
      { setback: api('attach', failure('already-attached')) },
      'observe alone',
    ],
    [
      'an earlier reading does not show to which CEN',
      { knowledge: observed('absent'), setback: api('attach', failure('already-attached')) },
      'observe alone',
    ],
    [
      'it is attached to this CEN',
      { knowledge: observed('attached', true), setback: api('attach', failure('already-attached')) },
      'finish',
    ],
    [
      'it is not attached to this CEN, so to another',
      {
        knowledge: observed('absent', true),
        setback: api('attach', failure('already-attached', 'InvalidOperation.ChildInstanceAlreadyAttached')),
      },
      'fail rejected InvalidOperation.ChildInstanceAlreadyAttached',
    ],
    [
      'an earlier attach may not show yet',
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
      'a dry run answers with its reading',
      { dryRun: true, knowledge: observed('absent'), verdict: { would: 'attach', reasons: [] } },
      'answer attach',
    ],
    ['a dry run finds it attached', { dryRun: true, knowledge: observed('attached') }, 'answer adopt'],
    ['a dry run finds it being attached', { dryRun: true, knowledge: observed('attaching') }, 'answer adopt'],
    ['a dry run finds it being detached', { dryRun: true, knowledge: observed('detaching') }, 'answer attach'],
    ['a dry run is refused', { dryRun: true, permission: refused }, 'answer refuse'],
    ['a dry run may not read', { dryRun: true, setback: api('observe', failure('unauthorized')) }, 'answer refuse'],
    ['a dry run expires', { dryRun: true, leftMs: 0, knowledge: { is: 'unknown' } }, 'answer refuse'],
  ])('%s', (_reason, overrides, expected) => {
    expect(brief(decide(situation(overrides), NOW_MS))).toBe(expected)
  })

  it('names what was last observed when a request expires', () => {
    const text = (overrides: Overrides) => {
      const step = decide(situation({ leftMs: -16 * MINUTE_MS, ...overrides }), NOW_MS)
      return step.step === 'fail' ? step.failure.message : ''
    }
    expect(text({ knowledge: observed('detaching') })).toContain('detaching')
    expect(text({ setback: api('observe', failure('unavailable', 'RequestTimeout')) })).toContain('RequestTimeout')
    expect(text({ message: { ...message, receiveCount: 800 } })).toContain('800 times')
  })

  it('waits at most a minute within the grace, and at least as long as a failure asks for', () => {
    const slow = { ...failure('unavailable'), retryAfterMs: 20_000 }
    expect(decide(situation({ setback: api('observe', slow) }), NOW_MS)).toMatchObject({ delayMs: 20_000 })
    const late = situation({ leftMs: 0, setback: api('observe', { ...slow, retryAfterMs: 600_000 }) })
    expect(decide(late, NOW_MS)).toMatchObject({ step: 'wait', delayMs: MINUTE_MS })
  })

  it('waits until the probe of the circuit breaker', () => {
    const paused = situation({ setback: api('attach', failure('credentials')) })
    expect(decide(paused, NOW_MS)).toMatchObject({ for: 'paused', delayMs: 7_000 })
  })
})

describe('every situation', () => {
  const STATUSES = Object.keys(NEXT_MOVES.attached) as ObservedStatus[]
  const WRITES: readonly Write[] = ['attach', 'route', 'detach']
  const knowledges: Knowledge[] = [
    { is: 'unknown' },
    { is: 'untried' },
    ...WRITES.map((write): Knowledge => ({ is: 'pending', write })),
    ...STATUSES.flatMap((status) => [observed(status), observed(status, true)]),
  ]
  const setbacks: (Setback | undefined)[] = [
    undefined,
    { from: 'host' },
    { from: 'breaker', waitMs: 1_000 },
    { from: 'limit', waitMs: 1_000, isSoon: true },
    ...(['observe', 'grant', ...WRITES] as const).flatMap((during) =>
      FAILURE_KINDS.map((kind) => api(during, failure(kind))),
    ),
    ...FAILURE_KINDS.map((kind) => api('attach', failure(kind), 4_000)),
  ]
  const permissions: Permission[] = [{ is: 'change' }, closed, refused]
  const grants: GrantStatus[] = ['impossible', 'possible', 'made', 'refused']

  const combinations = (): Situation[] =>
    (['attached', 'detached'] as Desired[]).flatMap((desired) =>
      knowledges.flatMap((knowledge) =>
        setbacks.flatMap((setback) =>
          permissions.flatMap((permission) =>
            grants.flatMap((grant) =>
              [false, true].flatMap((dryRun) =>
                [HOUR_MS, 0, -HOUR_MS].map((leftMs) => {
                  const facts = { desired, knowledge, permission, grant, dryRun, leftMs }
                  return situation({ ...facts, ...(setback && { setback }) })
                }),
              ),
            ),
          ),
        ),
      ),
    )
  let all: (readonly [Situation, Step])[] | undefined
  /** Each combination with its step. */
  const decided = () => {
    all ??= combinations().map((one) => [one, decide(one, NOW_MS)] as const)
    return all
  }

  it('has one step; a write or a grant only on certain knowledge, with permission, in time, and never in a dry run', () => {
    const wrong: string[] = []
    const seen = new Set<string>()
    for (const [one, step] of decided()) {
      seen.add(step.step)
      if (step.step !== 'write' && step.step !== 'grant') continue
      const { knowledge, permission, request, setback } = one
      // A grant follows a refused write, so the knowledge from before it is still valid.
      const isCertain = knowledge.is === 'untried' || knowledge.is === 'observed' || step.step === 'grant'
      const isAllowed = permission.is === 'change' && NOW_MS < request.notAfterMs && !request.dryRun
      const isAnswered = step.step === 'write' || (setback?.from === 'api' && setback.during === 'attach')
      if (!isCertain || !isAllowed || !isAnswered) wrong.push(JSON.stringify({ ...one, message: undefined, step }))
    }
    expect(wrong.slice(0, 3)).toEqual([])
    expect(decided().length).toBeGreaterThan(100_000)
    expect([...seen].sort()).toEqual(['answer', 'fail', 'finish', 'grant', 'observe', 'preview', 'wait', 'write'])
  })

  it('finishes only if the desired state was read', () => {
    const finished = new Set<string>()
    for (const [{ desired, knowledge }, step] of decided())
      if (step.step === 'finish')
        finished.add(`${desired} ${knowledge.is === 'observed' ? knowledge.state.status : knowledge.is}`)
    expect([...finished].sort()).toEqual(['attached attached', 'detached absent', 'detached elsewhere'])
  })

  it('detaches only for a detach, and attaches only for an attach', () => {
    const written = new Set<string>()
    for (const [{ desired }, step] of decided()) if (step.step === 'write') written.add(`${desired} ${step.write}`)
    expect([...written].sort()).toEqual(['attached attach', 'attached route', 'detached detach'])
  })
})
