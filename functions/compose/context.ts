/** Builds the context of the core from the settings: the one place that gives ports their adapters. */
import { createAcceptedWriteStore } from '../../lib/admission/accepted-writes.js'
import { createCircuitBreaker } from '../../lib/admission/circuit-breaker.js'
import { createLimiter } from '../../lib/admission/limiter.js'
import { createOperationDurations } from '../../lib/admission/operation-durations.js'
import { getCallerIdentity } from '../../lib/alibaba/credentials/sts.js'
import { createSqsClient } from '../../lib/aws/connection.js'
import { createLazyResultTopic } from '../../lib/aws/lazy-result-topic.js'
import { createRequestQueue, type SqsQueue } from '../../lib/aws/request-queue.js'
import { createNotificationVerifier, createSigningCertificates } from '../../lib/aws/sns-signature.js'
import { missingResources } from '../../lib/aws/start-check.js'
import type { Config, Environment } from '../../lib/config/config.js'
import type { Answer } from '../../lib/domain/failure.js'
import type { Context } from '../../lib/reconcile/context.js'
import { createKnowledgeStore } from '../../lib/reconcile/knowledge-store.js'
import { createRecentIds } from '../../lib/reconcile/recent-ids.js'
import { createRequestReader } from '../../lib/reconcile/request-reader.js'
import type { Log } from '../../lib/telemetry/log.js'
import type { Observer } from '../../lib/telemetry/observer.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf } from './aws.js'
import { directCalls } from './direct-calls.js'
import { buildAttacher, buildDrivers, buildKeySource } from './driver.js'
import { holdEnvironment } from './held-secrets.js'

export interface BuiltContext {
  readonly context: Context
  readonly queue: SqsQueue
  /** A sentence for each queue or topic of the settings that does not exist; read again only while one is missing. Never rejects. */
  missing(): Promise<readonly string[]>
  /** The account of the identity at Alibaba, by a call that needs no permission. */
  identity(): Promise<Answer<unknown>>
}

const IDENTITY_TIMEOUT_MS = 10_000

interface ContextOptions {
  /** The delay of a message while the circuit breaker is open; the host sets it, since Lambda cannot stop receiving. */
  readonly pausedDelayMs: number
  /** How long settling a message is retried while its decision is in memory; a Lambda must not sleep. */
  readonly settleRetryMs: number
  /** How long a message may be kept in memory; on Lambda that time is billed. */
  readonly holdMs: number
  readonly observer: Observer
}

export function buildContext(
  config: Config,
  env: Environment,
  log: Log,
  { observer, ...waits }: ContextOptions,
): BuiltContext {
  holdEnvironment(env)
  const clock = systemClock
  const awsConnection = awsConnectionOf(env, config.requestQueueUrl, config.resultTopicArn)
  const source = buildKeySource(config, awsConnection, clock, observer)
  const topic = createLazyResultTopic(awsConnection, config.resultTopicArn, clock)
  const queue = createRequestQueue(createSqsClient(awsConnection), config, clock)
  const context: Context = {
    drivers: buildDrivers(buildAttacher(config, awsConnection, clock, observer, source), config, clock, log),
    requests: createRequestReader(config.ttlMs),
    publisher: topic,
    policy: config.policy,
    provenance: createNotificationVerifier(createSigningCertificates(fetch, clock), clock),
    clock,
    random: Math.random,
    log,
    observer,
    breaker: createCircuitBreaker((status) => {
      const { paused, code, message } = status
      observer.breaker(status)
      if (paused) log.error('intake:paused', { code, message })
      else log.warn('intake:resumed')
    }),
    limiter: createLimiter(config.caps),
    durations: createOperationDurations(),
    knowledge: createKnowledgeStore(),
    accepted: createAcceptedWriteStore(),
    reported: createRecentIds(),
    source: config.resultSource,
    ...waits,
  }
  const places = [
    { setting: 'REQUEST_QUEUE_URL', check: queue.visibilitySeconds },
    { setting: 'DEAD_LETTER_QUEUE_URL', check: queue.deadLetterBytes },
    { setting: 'RESULT_TOPIC_ARN', check: topic.check },
  ]
  let found: Promise<readonly string[]> | undefined
  const missing = async () => {
    found ??= missingResources(places, clock)
    const sentences = await found
    if (sentences.length > 0) found = undefined
    return sentences
  }
  const identity = () =>
    getCallerIdentity(directCalls(config, source, clock).sts, { deadlineMs: clock.now() + IDENTITY_TIMEOUT_MS })
  return { context, queue, missing, identity }
}
