/** The simulation: the real worker and emulator on a virtual clock, without sockets and SDKs. */
import { createAcceptedWriteStore } from '../../../lib/admission/accepted-writes.js'
import { createCircuitBreaker } from '../../../lib/admission/circuit-breaker.js'
import { createLimiter, isLimitRefusal, type LimiterCaps } from '../../../lib/admission/limiter.js'
import { createOperationDurations } from '../../../lib/admission/operation-durations.js'
import { createDirectCalls } from '../../../lib/alibaba/basic/direct-calls.js'
import { createBasicDriver } from '../../../lib/alibaba/basic/driver.js'
import { createOwnerGrant, type MakeGrant } from '../../../lib/alibaba/basic/owner-grant.js'
import { createDrivers } from '../../../lib/alibaba/drivers.js'
import { type Connect, createOwnerApis, type EnterpriseApis } from '../../../lib/alibaba/enterprise/calls/apis.js'
import { createEnterpriseDriver } from '../../../lib/alibaba/enterprise/driver.js'
import { createEnterprise } from '../../../lib/alibaba/enterprise/enterprise.js'
import { observeCall } from '../../../lib/alibaba/sdk/observe-call.js'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import { HOLD_MS } from '../../../lib/domain/backoff.js'
import { failureOf, notSent } from '../../../lib/domain/failure.js'
import type { AttachmentResult } from '../../../lib/domain/messages/result.js'
import type { RamPolicy } from '../../../lib/emulator/auth/ram-policy.js'
import { createEmulator, type Emulator } from '../../../lib/emulator/emulator.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { readWorldFile } from '../../../lib/emulator/world/world-file.js'
import { runPollLoop } from '../../../lib/messaging/poll-loop.js'
import { allowAll, type Policy } from '../../../lib/policy/policy.js'
import type { Context } from '../../../lib/reconcile/context.js'
import { handleMessage } from '../../../lib/reconcile/handle-message.js'
import { createKnowledgeStore } from '../../../lib/reconcile/knowledge-store.js'
import type { Provenance } from '../../../lib/reconcile/provenance.js'
import { createRecentIds } from '../../../lib/reconcile/recent-ids.js'
import { createRequestReader } from '../../../lib/reconcile/request-reader.js'
import type { Log, LogFields } from '../../../lib/telemetry/log.js'
import { type DeliveryEvent, notifyAll, type Observer } from '../../../lib/telemetry/observer.js'
import { basicEverywhere } from '../basic-world.js'
import { createSimQueue, type QueueRefusals, type SimQueue } from './sim-queue.js'
import { createVirtualClock } from './virtual-clock.js'

export interface SimOptions {
  /** A world file's content. */
  readonly world?: object
  readonly refusals?: QueueRefusals & { publish?: number }
  readonly concurrency?: number
  readonly ttlMs?: number
  readonly random?: () => number
  /** How long a call takes, in milliseconds. */
  readonly latencyMs?: number
  readonly settleRetryMs?: number
  /** How long a message may wait in memory, in milliseconds; 0 as on Lambda. */
  readonly holdMs?: number
  /** The role that grants for the owners; absent: none. */
  readonly grantRole?: string
  /** ROUTING and TRANSIT_ROUTER. */
  readonly routing?: 'connected' | 'none'
  readonly transitRouter?: 'create' | 'existing'
  readonly policy?: Policy
  /** What RAM allows the workers; absent: everything. */
  readonly workerRights?: RamPolicy
  readonly provenance?: Provenance
  /** Keeps no log lines: for runs of many messages. */
  readonly quiet?: boolean
  readonly mostSteps?: number
  readonly caps?: LimiterCaps
  /** How long a receive and a retry take, in milliseconds. */
  readonly queueMs?: number
  /** Wraps the calls of a worker to the CEN API, then those to the VPC API. */
  readonly between?: (call: RpcCall) => RpcCall
  /** Called when the topic has accepted a result. */
  readonly onResult?: (result: AttachmentResult) => void
  /** An additional observer. */
  readonly observer?: Partial<Observer>
}

interface LogLine {
  readonly level: keyof Log
  readonly event: string
  readonly fields: LogFields
}

/** mulberry32: a random number generator with a seed, so that a run is repeatable. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function createSim(options: SimOptions = {}) {
  const { refusals = {}, concurrency = 20, ttlMs = 86_400_000, random = seeded(1), latencyMs = 20 } = options
  const clock = createVirtualClock(undefined, options.mostSteps)
  const reading = readWorldFile(JSON.stringify(basicEverywhere(options.world)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const emulator = createEmulator(reading.world, clock, random)
  const queue = createSimQueue(clock, refusals)
  const results: AttachmentResult[] = []
  /** Every publication, also those that were refused. */
  const published: { readonly id: string; readonly atMs: number }[] = []
  const lines: LogLine[] = []
  const write =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}) =>
      void (options.quiet || lines.push({ level, event, fields }))
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const deliveries: DeliveryEvent[] = []
  const observer = notifyAll([
    { settled: (event) => void (options.quiet || deliveries.push(event)) },
    options.observer ?? {},
  ])
  const tally: Tally = { calls: 0, attaches: 0, refused: 0 }
  const workerKey = options.workerRights && openSession(emulator, options.workerRights, random)
  const transportFault = (version: string) => emulatedCall(emulator, version, () => clock.sleep(latencyMs), workerKey)
  const call = (version: string): RpcCall => countCalls(tally, observedRpc(transportFault(version)))
  const observedRpc =
    (call: RpcCall): RpcCall =>
    (action, query, limits) =>
      observeCall(action, () => call(action, query, limits), limits, { observer, clock })
  /** The calls of each worker. */
  const tallies: Tally[] = []
  const makeGrant: MakeGrant = ({ product, operation, parameters }, ClientToken, keys, limits) => {
    const asOwner = emulatedCall(emulator, VERSIONS[product], () => clock.sleep(latencyMs), keys.accessKeyId)
    const hasToken = product === 'vpc' && ClientToken !== undefined
    return asOwner(operation, hasToken ? { ...parameters, ClientToken } : parameters, limits)
  }
  const grants = () =>
    options.grantRole === undefined
      ? {}
      : {
          ownerGrant: createOwnerGrant(call('2015-04-01'), { name: options.grantRole, sessionName: 'sim' }, makeGrant),
        }
  const createContext = (): Context => {
    const mine: Tally = { calls: 0, attaches: 0, refused: 0 }
    tallies.push(mine)
    const between = options.between ?? ((one: RpcCall) => one)
    return buildContext(countCalls(mine, between(call('2017-09-12'))), between(call(VERSIONS.vpc)))
  }
  /** The calls with the keys of a session, as an owner. */
  const connect: Connect = (product, _regionId, keys) =>
    countCalls(
      tally,
      observedRpc(emulatedCall(emulator, VERSIONS[product], () => clock.sleep(latencyMs), keys.accessKeyId)),
    )
  const buildDrivers = (cbn: RpcCall, vpc: RpcCall) => {
    const sts = call('2015-04-01')
    const calls = createDirectCalls({ cbn, sts }, clock, { ...grants() })
    const role = options.grantRole === undefined ? undefined : { name: options.grantRole, sessionName: 'sim' }
    const apis: EnterpriseApis = {
      cbn,
      vpc: () => vpc,
      ...(role && { asOwner: createOwnerApis(sts, role, connect, clock) }),
    }
    const enterprise = createEnterprise(apis, calls, clock, {
      routing: options.routing ?? 'connected',
      orderType: 'PayByCenOwner',
      log,
    })
    return createDrivers({
      basic: createBasicDriver(calls),
      enterprise: (type, router) => createEnterpriseDriver(type, router, enterprise),
      routers: enterprise.routers,
      transitRouter: options.transitRouter ?? 'create',
    })
  }
  const buildContext = (cbn: RpcCall, vpc: RpcCall): Context => ({
    drivers: buildDrivers(cbn, vpc),
    requests: createRequestReader(ttlMs),
    publisher: {
      async publish(result) {
        await clock.sleep(1)
        published.push({ id: result.id, atMs: clock.now() })
        if ((refusals.publish ?? 0) > 0) {
          refusals.publish = (refusals.publish ?? 0) - 1
          throw new Error('the topic refuses')
        }
        results.push(result)
        options.onResult?.(result)
      },
    },
    policy: options.policy ?? allowAll,
    provenance: options.provenance ?? { topicOf: async () => ({ ok: true, value: {} }) },
    clock,
    random,
    log,
    observer,
    breaker: createCircuitBreaker((status) => {
      observer.breaker(status)
      log.warn(status.paused ? 'intake:paused' : 'intake:resumed', { ...status })
    }),
    limiter: createLimiter(options.caps),
    durations: createOperationDurations(),
    knowledge: createKnowledgeStore(),
    accepted: createAcceptedWriteStore(),
    reported: createRecentIds(),
    source: 'urn:test',
    holdMs: options.holdMs ?? HOLD_MS,
    pausedDelayMs: 10_000,
    settleRetryMs: options.settleRetryMs ?? 300_000,
  })

  const { queueMs = 0 } = options
  const paced = queueMs === 0 ? queue : withLatency(queue, () => clock.sleep(queueMs))
  const contexts: Context[] = []
  /** Runs workers until `done` or for `forMs` of virtual time, then stops them. A worker keeps its context for the next run. */
  const run = async ({ done = () => queue.size() === 0, forMs = 3_600_000, workers = 1 } = {}) => {
    const stop = new AbortController()
    const running = Array.from({ length: workers }, (_, index) => {
      const context = contexts[index] ?? createContext()
      contexts[index] = context
      const handle = (message: Parameters<typeof handleMessage>[0]) => handleMessage(message, context)
      return runPollLoop(
        { queue: paced, handle, concurrency, waitSeconds: 20, stop: stop.signal, graceMs: 10_000 },
        context,
      )
    })
    await clock.run(done, clock.now() + forMs)
    stop.abort()
    let left = false
    void Promise.all(running).then(() => {
      left = true
    })
    await clock.run(() => left, clock.now() + 60_000)
    await Promise.all(running)
  }
  return {
    clock,
    emulator,
    queue,
    results,
    published,
    lines,
    deliveries,
    run,
    /** The next run begins with new processes, which know nothing. */
    restart: () => void contexts.splice(0),
    createContext,
    refusals,
    tally,
    tallies,
    call,
  }
}

function withLatency(queue: SimQueue, pause: () => Promise<void>): SimQueue {
  return {
    ...queue,
    async receive(...asked) {
      await pause()
      return queue.receive(...asked)
    },
    async retry(...asked) {
      await pause()
      return queue.retry(...asked)
    },
  }
}

/** How many calls were made, and how many met a limit. */
export interface Tally {
  calls: number
  attaches: number
  refused: number
}

/** The key of a session of the CENs' account that may do what the policy allows. */
function openSession({ world }: Emulator, policy: RamPolicy, random: () => number): string {
  const role = { roleName: 'worker', roleId: '3', sessionName: 'sim', expiresAtMs: Infinity }
  return world.sessions.open({ ...HOME_ACCOUNT, ...role, policies: [policy] }, random).accessKeyId
}

/** Counts the calls that pass through. */
function countCalls(tally: Tally, call: RpcCall): RpcCall {
  return async (action, query, limits) => {
    tally.calls += 1
    if (action === 'AttachCenChildInstance') tally.attaches += 1
    const answer = await call(action, query, limits)
    if (!answer.ok && isLimitRefusal(answer.failure)) tally.refused += 1
    return answer
  }
}

/** The emulator as an RPC call of the Alibaba adapter; transport faults become the failures that the adapter reports. */
export function emulatedCall(
  emulator: Emulator,
  version: string,
  pause: () => Promise<void>,
  accessKeyId: string = HOME_ACCOUNT.accessKeyId,
): RpcCall {
  const call: RpcCall = async (action, query, limits) => {
    if (limits.isOver?.()) return notSent(action)
    await pause()
    const caller = emulator.world.accountOfKey(accessKeyId)
    if (!caller) return { ok: false, failure: failureOf({ code: 'InvalidAccessKeyId.NotFound' }) }
    const { answer, transportFault } = emulator.handle({ action, version, parameters: query, caller })
    await pause()
    if (transportFault && !('delayMs' in transportFault)) {
      const code =
        'html' in transportFault
          ? 'UnreadableAnswer'
          : 'reset' in transportFault
            ? 'ConnectionFailed'
            : 'RequestTimeout'
      return { ok: false, failure: failureOf({ code }) }
    }
    if (answer.http === 200) return { ok: true, value: answer.body }
    const { Code, Message, RequestId } = answer.body
    return {
      ok: false,
      failure: failureOf({
        code: String(Code),
        action,
        message: String(Message),
        httpStatus: answer.http,
        apiRequestId: String(RequestId),
        retryAfterMs: answer.retryAfterMs,
      }),
    }
  }
  return async (action, query, limits) => {
    const answer = await call(action, query, limits)
    if (!answer.ok) limits.refused?.(answer.failure)
    return answer
  }
}

const VERSIONS = { vpc: '2016-04-28', smartag: '2018-03-13', cbn: '2017-09-12', ram: '2015-05-01' } as const

let serial = 0
/** The body of a request with a fresh id; `fields` override. */
export function request(fields: Record<string, unknown> = {}): string {
  serial += 1
  return JSON.stringify({
    cenId: 'cen-one',
    childInstanceId: `vpc-${serial}`,
    childInstanceRegionId: 'cn-hangzhou',
    ...fields,
  })
}
