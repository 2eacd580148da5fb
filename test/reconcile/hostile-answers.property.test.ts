/**
 * Hostile answers of the API: any JSON, any status, any headers, any delay, for hours of virtual time. `toAnswer` models how
 * the SDK core treats a status; `integration/alibaba/hostile-answers.test.ts` compares it with the core itself.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCallFailure } from '../../lib/alibaba/sdk/call-failure.js'
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { Answer } from '../../lib/domain/failure.js'
import { budget, figure } from '../support/budget.js'
import { createSim, request, seeded } from '../support/sim/sim.js'

const HOUR = 3_600_000
const MESSAGES = 6

interface WireAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: unknown
  readonly delayMs: number
}

/** How openapi-core 1.0.8 (client.ts, doRequest) and then `rpc.ts` treat an answer. */
function toAnswer({ status, retryAfter, body }: WireAnswer): Answer<Record<string, unknown>> {
  const record = (typeof body === 'object' ? body : {}) as Record<string, unknown> | null
  if (status === 200 && typeof record?.RequestId === 'string') return { ok: true, value: record }
  if (status < 400 || status >= 600 || record === null) return { ok: false, failure: toCallFailure(new TypeError()) }
  const code = String(record.Code || record.code)
  const waitMs = Number.parseInt(retryAfter ?? '', 10)
  const retryAfterMs = code.includes('Throttling') && !Number.isNaN(waitMs) ? waitMs : undefined
  const thrown = {
    statusCode: status,
    code,
    requestId: String(record.RequestId),
    data: record,
    retryAfter: retryAfterMs,
  }
  return { ok: false, failure: toCallFailure(thrown) }
}

const HARD_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\ud800', 'x\udc00y', '\u0000', ' ', '\u001b[2J', 'http://'.repeat(3_000), 'x'.repeat(70_000)),
)
const CODE = fc.oneof(
  HARD_TEXT,
  fc.constantFrom('Operation.Blocking', 'Throttling.User', 'InternalError', 'ParameterInstanceId', 'InvalidParameter'),
  fc.constantFrom('InvalidOperation.ChildInstanceAlreadyAttached', 'Forbbiden.AttachChildInstanceAcrossUid'),
)
const COUNT = fc.oneof(fc.constantFrom(1e15, 1e9, -1, 0, 51, 1e5, Number.MAX_SAFE_INTEGER), fc.jsonValue())
const STATUS = fc.oneof(fc.constantFrom('Attached', 'Attaching', 'Detaching', ''), HARD_TEXT)
const ENTRY = fc.oneof(fc.record({ ChildInstanceId: HARD_TEXT, Status: STATUS }, { requiredKeys: [] }), fc.jsonValue())
const BODY = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.record({ RequestId: HARD_TEXT, Code: CODE, Message: HARD_TEXT }, { requiredKeys: [] }),
  fc.record({
    RequestId: HARD_TEXT,
    TotalCount: COUNT,
    Status: STATUS,
    ChildInstances: fc.oneof(fc.record({ ChildInstance: fc.array(ENTRY, { maxLength: 60 }) }), fc.jsonValue()),
    GrantRules: fc.jsonValue(),
    Cens: fc.jsonValue(),
  }),
)
const WIRE: fc.Arbitrary<WireAnswer> = fc.record({
  status: fc.oneof(fc.constantFrom(200, 200, 200, 400, 404, 429, 500, 503), fc.integer({ min: 200, max: 999 })),
  retryAfter: fc.option(fc.oneof(fc.constantFrom('0', '-1', '9'.repeat(40)), fc.string()), { nil: undefined }),
  body: BODY,
  delayMs: fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 10_000 })),
})

/** Hostile answers, alone or among those of the emulator. */
const PLAN = fc.record({
  answers: fc.array(WIRE, { minLength: 1, maxLength: 40 }),
  /** One of this many calls gets a hostile answer. */
  every: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
  /** True if the hostile answers repeat without end; else only the emulator answers after the last. */
  isForEver: fc.boolean(),
})

describe('under any answers of the API', () => {
  it('each request ends in one outcome, reported in time and well-formed, after a bounded number of calls', async () => {
    let tried = 0
    await fc.assert(
      fc.asyncProperty(PLAN, async ({ answers, every, seed, isForEver }) => {
        tried += 1
        let calls = 0
        const accepted = new Map<string, number>()
        const between = (call: RpcCall): RpcCall => {
          return async (action, query, limits) => {
            calls += 1
            const round = Math.floor(calls / every)
            const isHostile = calls % every === 0 && (isForEver || round <= answers.length)
            const wire = isHostile ? answers[round % answers.length] : undefined
            if (wire) await sim.clock.sleep(wire.delayMs)
            const answer = wire ? toAnswer(wire) : await call(action, query, limits)
            if (wire && !answer.ok) limits.refused?.(answer.failure)
            if (action === 'AttachCenChildInstance' && answer.ok) {
              const { ChildInstanceId = '' } = query
              accepted.set(ChildInstanceId, (accepted.get(ChildInstanceId) ?? 0) + 1)
            }
            return answer
          }
        }
        const sim = createSim({ between, random: seeded(seed), ttlMs: 2 * HOUR })
        const ids = Array.from({ length: MESSAGES }, (_, index) => `vpc-fuzz-${index}`)
        for (const childInstanceId of ids) sim.queue.send(request({ childInstanceId, cenId: `cen-${seed % 2}` }))
        await sim.run({ forMs: 3 * HOUR })

        expect(sim.queue.size()).toBe(0)
        const final = sim.results.filter(({ data }) => data.outcome !== 'grant-required')
        expect(final.map(({ data }) => data.attachment.childInstanceId).sort()).toEqual(ids)
        expect(sim.lines.filter(({ event }) => event === 'message:crashed')).toEqual([])
        for (const result of sim.results) {
          const text = JSON.stringify(result)
          expect(Buffer.byteLength(text)).toBeLessThan(32_768)
          expect(/\p{Cs}/u.test(String(result.data.error?.code) + String(result.data.error?.message))).toBe(false)
          // The SDK encodes message attributes as parts of a URL.
          expect(() => encodeURIComponent(`${result.data.error?.code}${result.data.error?.apiRequestId}`)).not.toThrow()
        }
        for (const times of accepted.values()) expect(times).toBeLessThanOrEqual(10)
        expect(sim.queue.mostReceives()).toBeLessThan(500)
        const attempted = new Set(
          sim.emulator.world.records(sim.clock.now()).map(({ childInstanceId }) => childInstanceId),
        )
        for (const id of attempted) expect(ids).toContain(id)
      }),
      { numRuns: budget({ quick: 40, full: 5_000 }) },
    )
    figure('plans of hostile answers tried (simulated)', tried)
  }, 7_200_000)
})
