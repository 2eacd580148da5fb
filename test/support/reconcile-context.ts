/** A context of the reconcile folder on a clock that stands still: real stores, a driver and a publisher that record. */
import { vi } from 'vitest'
import type { FailureKind } from '../../lib/domain/error-codes.js'
import type { Answer, Failure } from '../../lib/domain/failure.js'
import type { FieldFault } from '../../lib/domain/messages/request.js'
import type { AttachmentResult } from '../../lib/domain/messages/result.js'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import type { Context } from '../../lib/reconcile/context.js'
import type { Setback, Situation } from '../../lib/reconcile/decision/situation.js'
import type { AttachmentState, CallLimits, Driver, DriverRules, Target } from '../../lib/reconcile/driver.js'
import { createSim } from './sim/sim.js'

export const NOW_MS = Date.UTC(2026, 10, 25, 12)
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

export const failure = (kind: FailureKind, code = 'Some.Code'): Failure => ({
  kind,
  code,
  message: `text of ${code}`,
  advice: 'advice',
})
export const ok = <T>(value: T): Answer<T> => ({ ok: true, value })
export const no = (failed: Failure): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: failed,
})

export const message = (fields: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  messageId: 'm',
  handle: { current: 'h' },
  body: '{}',
  receiveCount: 2,
  sentAtMs: NOW_MS - MINUTE_MS,
  receivedAtMs: NOW_MS,
  ...fields,
})

export const apiSetback = (during: Extract<Setback, { from: 'api' }>['during'], failed: Failure): Setback => ({
  from: 'api',
  during,
  failure: failed,
  invisibleMs: 0,
  probeMs: 0,
})

export const RULES: DriverRules = {
  edition: 'basic',
  invisibleMs: 20_000,
  readsFirst: false,
  timePrecisionMs: MINUTE_MS,
  durations: { vary: false, longestMs: MINUTE_MS },
}
/** The first write of a situation by these rules. */
export const OPERATION = { cenId: 'cen-1', kind: 'basic attach', holdsSlot: true, ...RULES.durations }

const createTestDriver = () =>
  ({
    rules: RULES,
    faultsOf: (_target: Target): readonly FieldFault[] => [],
    observe: vi.fn(async (): Promise<Answer<AttachmentState>> => ok({ status: 'absent' })),
    attach: vi.fn(async (_target: Target, _limits: CallLimits): Promise<Answer<unknown>> => ok({})),
    preview: vi.fn(async () => ok({ would: 'attach' as const, reasons: ['may'] })),
    mendingCall: vi.fn(),
  }) satisfies Driver

/** The driver of the latest test context, which `situation` has found. */
let latestDriver: Driver = createTestDriver()

export function situation(
  fields: Partial<Situation> = {},
  { dryRun = false, leftMs = HOUR_MS, ownerId }: { dryRun?: boolean; leftMs?: number; ownerId?: string } = {},
): Situation {
  return {
    message: message(),
    request: {
      requestId: 'r',
      action: 'attach',
      options: {},
      revokeGrant: false,
      attachment: {
        cenId: 'cen-1',
        childInstanceId: 'vpc-1',
        childInstanceType: 'VPC',
        childInstanceRegionId: 'cn-hangzhou',
        ...(ownerId !== undefined && { childInstanceOwnerId: ownerId }),
      },
      idempotencyKey: 'key',
      notAfterMs: NOW_MS + leftMs,
      dryRun,
    },
    desired: 'attached',
    driver: latestDriver,
    knowledge: { is: 'unknown' },
    permission: { is: 'change' },
    grant: 'impossible',
    draw: 0.5,
    ...fields,
  }
}

export function createTestContext(overrides: Partial<Context> = {}) {
  const results: AttachmentResult[] = []
  const lines: { readonly level: string; readonly event: string; readonly fields: Record<string, unknown> }[] = []
  const line =
    (level: string) =>
    (event: string, fields = {}) =>
      void lines.push({ level, event, fields })
  const driver = createTestDriver()
  latestDriver = driver
  const { limiter, breaker, durations, accepted, ...rest } = createSim().createContext()
  const context = {
    ...rest,
    drivers: {
      known: (): Driver | undefined => undefined,
      find: vi.fn(async (): Promise<Answer<Driver>> => ok(driver)),
    },
    clock: { now: () => NOW_MS, sleep: async () => undefined },
    random: () => 0.5,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    publisher: { publish: async (result: AttachmentResult) => void results.push(result) },
    limiter: spied(limiter),
    breaker: spied(breaker),
    durations: spied(durations),
    accepted: spied(accepted),
    ...overrides,
  }
  return { context, driver, results, lines }
}

/** The same object; its calls are recorded, and single ones may be replaced. */
function spied<T extends object>(real: T): T {
  for (const name of Object.keys(real) as (keyof T)[])
    if (typeof real[name] === 'function') vi.spyOn(real, name as never)
  return real
}
