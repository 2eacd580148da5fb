/** The request queue and its dead-letter queue. */
import type { QueueFacts } from '../../aws/inspection/queue-facts.js'
import { regionOfArn } from '../../config/aws-region.js'
import { shellWord } from '../../domain/shell.js'
import type { Check } from '../check.js'
import { type Examined, isUsable } from '../examined.js'
import { error, type Finding, ok, unread, warning } from '../finding.js'
import type { Probes } from '../probes.js'

const DAY_SECONDS = 86_400
/** No request lives longer after it was sent (docs/requests.md, notAfter). */
const LONGEST_LIFE_SECONDS = 3 * DAY_SECONDS
/** The most that SQS keeps a message: dead letters that nobody read are lost after it. */
const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS
/** No request uses more receives (docs/settings.md). */
const MOST_RECEIVES = 500
const BACKSTOP_RECEIVES = 1_000
/** The worker's heartbeat extends it; a shorter one leaves no time for a slow call. On Lambda six times the function's timeout. */
const LEAST_VISIBILITY_SECONDS = 30
const LAMBDA_VISIBILITY_SECONDS = 180

interface NamedQueue {
  readonly name: 'request queue' | 'dead-letter queue'
  readonly setting: 'REQUEST_QUEUE_URL' | 'DEAD_LETTER_QUEUE_URL'
  readonly url: string
}

/** Those whose settings can be used. */
const queuesOf = (examined: Examined): readonly NamedQueue[] =>
  (
    [
      { name: 'request queue', setting: 'REQUEST_QUEUE_URL', url: examined.config.requestQueueUrl },
      { name: 'dead-letter queue', setting: 'DEAD_LETTER_QUEUE_URL', url: examined.config.deadLetterQueueUrl },
    ] as const
  ).filter(({ setting }) => isUsable(examined, setting))

/** The findings about each queue that could be read; one that could not is reported by the first check. */
async function aboutRead(
  examined: Examined,
  { aws }: Probes,
  names: readonly NamedQueue['name'][],
  check: (queue: NamedQueue, facts: QueueFacts) => Finding,
): Promise<readonly Finding[]> {
  const queues = queuesOf(examined).filter(({ name }) => names.includes(name))
  const found = await Promise.all(
    queues.map(async (queue) => {
      const facts = await aws.queue(queue.url)
      return facts.ok ? [check(queue, facts.value)] : []
    }),
  )
  return found.flat()
}

const REQUESTS = ['request queue'] as const
const DEAD_LETTERS = ['dead-letter queue'] as const
const BOTH = ['request queue', 'dead-letter queue'] as const

const setAttributes = (url: string, attributes: Readonly<Record<string, string>>): string =>
  `aws sqs set-queue-attributes --queue-url ${shellWord(url)} --attributes ${shellWord(JSON.stringify(attributes))}`

/** SQS takes at most ten sources by name. */
const allowFrom = (sourceQueueArns: readonly string[]): string =>
  JSON.stringify(
    sourceQueueArns.length > 10 ? { redrivePermission: 'allowAll' } : { redrivePermission: 'byQueue', sourceQueueArns },
  )

export const QUEUE_CHECKS: readonly Check[] = [
  {
    id: 'queues',
    topic: 'Queues',
    looksAt: 'whether both queues exist, in one region',
    async run(examined, { aws }) {
      const queues = await Promise.all(
        queuesOf(examined).map(async (queue) => ({ ...queue, facts: await aws.queue(queue.url) })),
      )
      const regions = queues.map(({ facts }) => (facts.ok ? regionOfArn(facts.value.arn) : undefined))
      return queues.map(({ name, setting, url, facts }) => {
        if (!facts.ok)
          return unread(name, facts.failure, {
            missing: `check ${setting} and AWS_REGION: aws sqs list-queues`,
            denied: `allow sqs:GetQueueAttributes on ${url.split('/').at(-1)} (docs/permissions.md)`,
            unreachable: 'check AWS_REGION and AWS_ENDPOINT_URL',
            credentials: 'aws sts get-caller-identity',
          })
        const [first] = regions
        const here = regionOfArn(facts.value.arn)
        if (first !== undefined && here !== first)
          return error(name, `is in ${here}, the request queue in ${first}`, `set ${setting} to a queue in ${first}`)
        return ok(name, `${facts.value.arn} is there`)
      })
    },
  },
  {
    id: 'visibility-timeout',
    topic: 'Queues',
    looksAt: 'the visibility timeout of the request queue',
    run: (examined, probes) =>
      aboutRead(examined, probes, REQUESTS, ({ url }, { visibilitySeconds }) => {
        const least = examined.stage ? LAMBDA_VISIBILITY_SECONDS : LEAST_VISIBILITY_SECONDS
        const found = `${visibilitySeconds} s`
        if (visibilitySeconds >= least) return ok('visibility timeout', found)
        const fix = setAttributes(url, { VisibilityTimeout: String(LAMBDA_VISIBILITY_SECONDS) })
        if (visibilitySeconds < 1) return error('visibility timeout', `${found}: the worker does not start`, fix)
        return warning('visibility timeout', `${found}; below ${least} s a message may be handled twice`, fix)
      }),
  },
  {
    id: 'redrive-policy',
    topic: 'Queues',
    looksAt: 'the redrive policy of the request queue, the backstop for crashes',
    async run(examined, probes) {
      const { requestQueueUrl, deadLetterQueueUrl } = examined.config
      const [requests, deadLetters] = await Promise.all([
        probes.aws.queue(requestQueueUrl),
        probes.aws.queue(deadLetterQueueUrl),
      ])
      const usable = queuesOf(examined).length === BOTH.length
      if (!usable || !requests.ok || !deadLetters.ok) return []
      const { redrive } = requests.value
      const { arn } = deadLetters.value
      const policy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: String(BACKSTOP_RECEIVES) })
      const fix = setAttributes(requestQueueUrl, { RedrivePolicy: policy })
      if (redrive === undefined)
        return [warning('redrive policy', 'there is none: a message that crashes its worker is never set aside', fix)]
      const { deadLetterTargetArn, maxReceiveCount } = redrive
      if (deadLetterTargetArn !== arn)
        return [error('redrive policy', `moves messages to ${deadLetterTargetArn}, not to the dead-letter queue`, fix)]
      const { redriveFrom } = deadLetters.value
      if (redriveFrom !== 'any' && !redriveFrom.includes(requests.value.arn))
        return [
          error(
            'redrive policy',
            'the dead-letter queue takes no messages of the request queue',
            setAttributes(deadLetterQueueUrl, { RedriveAllowPolicy: allowFrom([...redriveFrom, requests.value.arn]) }),
          ),
        ]
      const found = `to the dead-letter queue after ${maxReceiveCount} receives`
      if (maxReceiveCount <= MOST_RECEIVES)
        return [error('redrive policy', `${found}; a request that waits may use ${MOST_RECEIVES}`, fix)]
      if (maxReceiveCount < BACKSTOP_RECEIVES)
        return [warning('redrive policy', `${found}; ${BACKSTOP_RECEIVES} are meant`, fix)]
      return [ok('redrive policy', found)]
    },
  },
  {
    id: 'dead-letter-redrive',
    topic: 'Queues',
    looksAt: 'whether the dead-letter queue keeps its messages however often they are read',
    run: (examined, probes) =>
      aboutRead(examined, probes, DEAD_LETTERS, ({ url }, { redrive }) => {
        const subject = 'redrive policy of the dead-letter queue'
        if (redrive === undefined) return ok(subject, 'none')
        const found = `moves messages to ${redrive.deadLetterTargetArn} after ${redrive.maxReceiveCount} receives, and each \`dlq\` command is one`
        return warning(subject, found, setAttributes(url, { RedrivePolicy: '' }))
      }),
  },
  {
    id: 'retention',
    topic: 'Queues',
    looksAt: 'how long the queues keep a message',
    run: (examined, probes) =>
      aboutRead(examined, probes, BOTH, ({ name, url }, { retentionSeconds }) => {
        const subject = `retention of the ${name}`
        const found = `${Math.round((retentionSeconds / DAY_SECONDS) * 10) / 10} days`
        const isRequests = name === 'request queue'
        const least = isRequests ? LONGEST_LIFE_SECONDS + DAY_SECONDS : LONGEST_RETENTION_SECONDS
        if (retentionSeconds >= least) return ok(subject, found)
        const fix = setAttributes(url, { MessageRetentionPeriod: String(least) })
        if (isRequests && retentionSeconds * 1_000 <= examined.config.ttlMs)
          return error(subject, `${found}: requests are dropped before they expire, without a result`, fix)
        return warning(subject, `${found}; what is older is dropped without a notice`, fix)
      }),
  },
  {
    id: 'encryption',
    topic: 'Queues',
    looksAt: 'whether the queues are encrypted',
    run: (examined, probes) =>
      aboutRead(examined, probes, BOTH, ({ name, url }, { encrypted }) => {
        const subject = `encryption of the ${name}`
        if (encrypted) return ok(subject, 'on')
        return warning(subject, 'off', setAttributes(url, { SqsManagedSseEnabled: 'true' }))
      }),
  },
  {
    id: 'queue-policy',
    topic: 'Queues',
    looksAt: 'whom the policies of the queues let in',
    run: (examined, probes) =>
      aboutRead(examined, probes, BOTH, ({ name, url }, { isOpen, hasPolicy }) => {
        const subject = `queue policy of the ${name}`
        const fix = `aws sqs get-queue-attributes --queue-url ${shellWord(url)} --attribute-names Policy`
        if (isOpen) return error(subject, 'a statement without a condition lets everybody in', fix)
        return ok(subject, hasPolicy ? 'no statement lets everybody in' : 'none: only identities of its account')
      }),
  },
]
