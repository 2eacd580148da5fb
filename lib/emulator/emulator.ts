/** The emulator without its wire: a call in, an answer and perhaps a fault of the transport out. */
import type { Random } from '../backoff.js'
import type { Clock } from '../ports.js'
import type { ApiCall } from './action.js'
import { PRODUCTS } from './actions.js'
import { ApiError } from './api-error.js'
import type { Fault } from './fault-file.js'
import { createFaultPlan, type FaultPlan } from './fault-plan.js'
import { authorize } from './permissions.js'
import { createThrottle } from './throttle.js'
import { World } from './world.js'
import type { WorldFile } from './world-file.js'

export interface ApiAnswer {
  readonly http: number
  readonly body: Readonly<Record<string, unknown>>
  readonly retryAfterMs?: number
}

export interface JournalEntry {
  readonly atMs: number
  readonly action: string
  readonly callerId: string
  readonly parameters: Readonly<Record<string, string>>
  /** The error code, or OK; what was answered inside, whatever became of it on the wire. */
  readonly code: string
  readonly fault?: Fault
}

export interface Handled {
  readonly answer: ApiAnswer
  /** What is to happen on the wire instead of the answer. */
  readonly wire?: Exclude<Fault, { code: string }>
}

export interface Emulator {
  readonly world: World
  readonly faults: FaultPlan
  /** Every call that was let in, in order. */
  readonly journal: readonly JournalEntry[]
  handle(call: ApiCall): Handled
}

const JOURNAL_SIZE = 200_000

export function createEmulator(file: WorldFile, clock: Pick<Clock, 'now'>, random: Random): Emulator {
  const world = new World(file, clock.now())
  const faults = createFaultPlan(file.faults)
  const throttled = createThrottle()
  const journal: JournalEntry[] = []

  const answerTo = (call: ApiCall, fault: Fault | undefined): ApiAnswer => {
    const RequestId = toRequestId(random)
    try {
      const waitMs = throttled(world.limitsAt(clock.now()).throttle, call.action, clock.now())
      if (waitMs !== undefined)
        throw new ApiError('Throttling.User', {
          message: 'Request was denied due to user flow control.',
          retryAfterMs: waitMs,
        })
      if (fault && 'code' in fault) throw new ApiError(fault.code, fault)
      if (fault && hasNoEffect(fault)) return { http: 503, body: { RequestId, Code: 'ServiceUnavailable' } }
      const product = PRODUCTS[call.version]
      const action = product?.actions[call.action]
      if (!product || !action)
        throw new ApiError('InvalidAction.NotFound', {
          http: 404,
          message: `${call.action} of ${call.version} is not emulated.`,
        })
      authorize(call, product, action)
      return { http: 200, body: { RequestId, ...action.act(call, { world, nowMs: clock.now(), random }) } }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const { code: Code, message: Message, http, facts } = error
      const { retryAfterMs, accessDenied: AccessDeniedDetail } = facts
      const body = {
        RequestId,
        HostId: 'cbn.aliyuncs.com',
        Code,
        Message,
        ...(AccessDeniedDetail && { AccessDeniedDetail }),
      }
      return { http, body, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    }
  }

  return {
    world,
    faults,
    journal,
    handle(call) {
      const fault = faults.next(call)
      const answer = answerTo(call, fault)
      const { action, caller } = call
      if (journal.length >= JOURNAL_SIZE) journal.splice(0, JOURNAL_SIZE / 2)
      journal.push({
        atMs: clock.now(),
        action,
        callerId: caller.accountId,
        parameters: withoutToken(call.parameters),
        code: String(answer.body.Code ?? 'OK'),
        ...(fault && { fault }),
      })
      return { answer, ...(fault && !('code' in fault) && { wire: fault }) }
    },
  }
}

/** A token is a credential: the journal is shown. */
const withoutToken = (parameters: ApiCall['parameters']): ApiCall['parameters'] =>
  parameters.OIDCToken === undefined ? parameters : { ...parameters, OIDCToken: '***' }

/** Faults that strike before the action runs. */
const hasNoEffect = (fault: Fault): boolean =>
  'html' in fault ||
  ('reset' in fault && fault.reset === 'before') ||
  ('silence' in fault && fault.silence === 'before')

/** Alibaba's request ids look like upper-case UUIDs. */
function toRequestId(random: Random): string {
  const hex = Array.from({ length: 32 }, () =>
    Math.floor(random() * 16)
      .toString(16)
      .toUpperCase(),
  ).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
