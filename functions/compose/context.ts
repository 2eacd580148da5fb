/** Builds the house from its settings: the one place where ports meet their adapters. */

import { createAcceptedWriteStore } from '../../lib/admission/accepted-writes.js'
import { createCircuitBreaker } from '../../lib/admission/circuit-breaker.js'
import { createLimiter } from '../../lib/admission/limiter.js'
import { createOperationDurations } from '../../lib/admission/operation-durations.js'
import { createBasicDriver } from '../../lib/alibaba/basic/driver.js'
import { createSqsClient } from '../../lib/aws/connection.js'
import { createLazyResultTopic } from '../../lib/aws/lazy-result-topic.js'
import { createRequestQueue } from '../../lib/aws/request-queue.js'
import { createNotificationVerifier, createSigningCertificates } from '../../lib/aws/sns-signature.js'
import type { Config, Environment } from '../../lib/config/config.js'
import type { MessageQueue } from '../../lib/messaging/message-queue.js'
import type { Context } from '../../lib/reconcile/context.js'
import { createKnowledgeStore } from '../../lib/reconcile/knowledge-store.js'
import { createRecentIds } from '../../lib/reconcile/recent-ids.js'
import type { Log } from '../../lib/telemetry/log.js'
import type { Observer } from '../../lib/telemetry/observer.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { awsConnectionOf } from './aws.js'
import { buildBasicCalls } from './driver.js'

export interface BuiltContext {
  readonly context: Context
  readonly queue: MessageQueue
}

export interface ContextOptions {
  /** How long a message stays away while the intake is paused: the host decides, since Lambda cannot stop receiving. */
  readonly pausedDelayMs: number
  /** How long the end of a message is tried again while its decision is in hand; a Lambda must not sleep. */
  readonly settleRetryMs: number
  /** How long a message may wait in hand; on Lambda that is paid for. */
  readonly holdMs: number
  readonly observer: Observer
}

export function buildContext(
  config: Config,
  env: Environment,
  log: Log,
  { observer, ...waits }: ContextOptions,
): BuiltContext {
  const clock = systemClock
  const awsConnection = awsConnectionOf(env, config.requestQueueUrl, config.resultTopicArn)
  const context: Context = {
    driver: createBasicDriver(buildBasicCalls(config, awsConnection, clock, observer)),
    publisher: createLazyResultTopic(awsConnection, config.resultTopicArn, clock),
    policy: config.policy,
    provenance: createNotificationVerifier(createSigningCertificates(fetch), clock),
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
    ttlMs: config.ttlMs,
    ...waits,
  }
  return { context, queue: createRequestQueue(createSqsClient(awsConnection), config, clock) }
}
