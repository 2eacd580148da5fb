/** Builds the house from its settings: the one place where ports meet their adapters. */

import { createAcceptedAttaches } from '../../lib/accepted-attaches.js'
import { createAttachTimes } from '../../lib/attach-times.js'
import { createLateResultTopic } from '../../lib/aws/late-result-topic.js'
import { createNotificationProof } from '../../lib/aws/notification-proof.js'
import { createRequestQueue, type RequestQueue } from '../../lib/aws/request-queue.js'
import { createSigningCertificates } from '../../lib/aws/signing-certificates.js'
import { createSqsClient } from '../../lib/aws/sqs-client.js'
import { missingPlaces } from '../../lib/aws/start-check.js'
import type { Config, Environment } from '../../lib/config.js'
import { systemClock } from '../../lib/host/system-clock.js'
import type { House } from '../../lib/house.js'
import { createIntake } from '../../lib/intake.js'
import { createLimiter } from '../../lib/limiter.js'
import type { Observer } from '../../lib/observer.js'
import type { Log } from '../../lib/ports.js'
import { createRecentIds } from '../../lib/recent-ids.js'
import { buildAttacher } from './attacher.js'
import { awsPlaceOf } from './aws-place.js'
import { holdEnvironment } from './held-secrets.js'

export interface Built {
  readonly house: House
  readonly queue: RequestQueue
  /** What of the settings' queues and topic is not there, in sentences; asked again only while something is missing. Never rejects. */
  missing(): Promise<readonly string[]>
}

export interface HouseOptions {
  /** How long a message stays away while the intake is paused: the host decides, since Lambda cannot stop receiving. */
  readonly pausedDelayMs: number
  /** How long the end of a message is tried again while its decision is in hand; a Lambda must not sleep. */
  readonly patienceMs: number
  /** How long a message may wait in hand; on Lambda that is paid for. */
  readonly inHandMs: number
  readonly observer: Observer
}

export function buildHouse(config: Config, env: Environment, log: Log, { observer, ...waits }: HouseOptions): Built {
  holdEnvironment(env)
  const clock = systemClock
  const awsPlace = awsPlaceOf(env, config.requestQueueUrl, config.resultTopicArn)
  const topic = createLateResultTopic(awsPlace, config.resultTopicArn, clock)
  const queue = createRequestQueue(createSqsClient(awsPlace), config, clock)
  const house: House = {
    attacher: buildAttacher(config, awsPlace, clock, observer),
    publisher: topic,
    policy: config.policy,
    provenance: createNotificationProof(createSigningCertificates(fetch, clock), clock),
    clock,
    random: Math.random,
    log,
    observer,
    intake: createIntake((status) => {
      const { paused, code, message } = status
      observer.intake(status)
      if (paused) log.error('intake:paused', { code, message })
      else log.warn('intake:resumed')
    }),
    limiter: createLimiter(config.caps),
    attachTimes: createAttachTimes(),
    accepted: createAcceptedAttaches(),
    untouched: createRecentIds(),
    unsent: createRecentIds(),
    parked: createRecentIds(),
    source: config.resultSource,
    ttlMs: config.ttlMs,
    ...waits,
  }
  const places = [
    { setting: 'REQUEST_QUEUE_URL', look: queue.visibilitySeconds },
    { setting: 'DEAD_LETTER_QUEUE_URL', look: queue.deadLetterBytes },
    { setting: 'RESULT_TOPIC_ARN', look: topic.look },
  ]
  let found: Promise<readonly string[]> | undefined
  const missing = async () => {
    found ??= missingPlaces(places, clock)
    const sentences = await found
    if (sentences.length > 0) found = undefined
    return sentences
  }
  return { house, queue, missing }
}
