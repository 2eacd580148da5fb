/** The emulator without HTTP: takes a call, and returns its answer and the transport fault to inject. */
import type { Random } from '../domain/backoff.js'
import type { Clock } from '../domain/clock.js'
import type { EmulatedCall } from './actions/action.js'
import { EMULATED_PRODUCTS } from './actions/products.js'
import { ApiError } from './api-error.js'
import { authorize } from './auth/permissions.js'
import { createThrottle } from './throttle.js'
import { createFaultPlan, type FaultPlan, type InjectedFault } from './world/fault-plan.js'
import { randomRequestId } from './world/random-id.js'
import { World } from './world/world.js'
import type { WorldFile } from './world/world-file.js'

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
  /** The error code, or OK: the answer of the action, even if a transport fault replaced it. */
  readonly code: string
  readonly fault?: InjectedFault
}

type TransportFault = Exclude<InjectedFault, { code: string } | { ignored: true }>

interface HandledCall {
  readonly answer: ApiAnswer
  /** The transport fault that replaces or delays the answer. */
  readonly transportFault?: TransportFault
}

export interface Emulator {
  readonly world: World
  readonly faults: FaultPlan
  /** Every authenticated call, in order; the oldest are dropped above 200,000. */
  readonly journal: readonly JournalEntry[]
  handle(call: EmulatedCall): HandledCall
}

const JOURNAL_SIZE = 200_000

export function createEmulator(file: WorldFile, clock: Pick<Clock, 'now'>, random: Random): Emulator {
  const world = new World(file, clock.now())
  const faults = createFaultPlan(file.faults)
  const throttle = createThrottle()
  const journal: JournalEntry[] = []

  const answerTo = (call: EmulatedCall, fault: InjectedFault | undefined): ApiAnswer => {
    const RequestId = randomRequestId(random)
    try {
      const waitMs = throttle(world.limitsAt(clock.now()).throttle, call.action, clock.now())
      if (waitMs !== undefined)
        throw new ApiError('Throttling.User', {
          message: 'Request was denied due to user flow control.',
          retryAfterMs: waitMs,
        })
      if (fault && 'code' in fault) throw new ApiError(fault.code, fault)
      if (fault && 'ignored' in fault) return { http: 200, body: { RequestId } }
      if (fault && hasNoEffect(fault)) return { http: 503, body: { RequestId, Code: 'ServiceUnavailable' } }
      const product = EMULATED_PRODUCTS[call.version]
      const action = product?.actions[call.action]
      if (!product || !action)
        throw new ApiError('InvalidAction.NotFound', {
          http: 404,
          message: `${call.action} of ${call.version} is not emulated.`,
        })
      authorize(call, product, action)
      return { http: 200, body: { RequestId, ...action.run(call, { world, nowMs: clock.now(), random }) } }
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
      return { answer, ...(fault && isTransportFault(fault) && { transportFault: fault }) }
    },
  }
}

/** The journal is printed, and a token is a credential. */
const withoutToken = (parameters: EmulatedCall['parameters']): EmulatedCall['parameters'] =>
  parameters.OIDCToken === undefined ? parameters : { ...parameters, OIDCToken: '***' }

const isTransportFault = (fault: InjectedFault): fault is TransportFault => !('code' in fault) && !('ignored' in fault)

/** True for faults by which the action does not run. */
const hasNoEffect = (fault: InjectedFault): boolean =>
  'html' in fault ||
  ('reset' in fault && fault.reset === 'before') ||
  ('silence' in fault && fault.silence === 'before')
