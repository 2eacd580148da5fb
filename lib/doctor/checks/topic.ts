/** The result topic and its subscriptions. */
import { regionOfArn } from '../../config/aws-region.js'
import { shellWord } from '../../domain/shell.js'
import type { Check } from '../check.js'
import { type Examined, isUsable } from '../examined.js'
import { error, type Finding, ok, unread, warning, whyUnread } from '../finding.js'
import type { Probes } from '../probes.js'

const TOPIC = 'result topic'
const PUBLISH = 'sns:Publish'

/** The two readings that show whether the topic exists; undefined if its setting has a fault. */
async function readTopic(examined: Examined, { aws }: Probes) {
  if (!isUsable(examined, 'RESULT_TOPIC_ARN')) return undefined
  const queuesAreUsable = isUsable(examined, 'REQUEST_QUEUE_URL') && isUsable(examined, 'DEAD_LETTER_QUEUE_URL')
  const [subscriptions, rights] = await Promise.all([aws.subscriptions(), queuesAreUsable ? aws.rights() : []])
  const publish = rights.find(({ action }) => action === PUBLISH)?.answer
  const failures = [subscriptions, publish].flatMap((answer) => (answer && !answer.ok ? [answer.failure] : []))
  const missing = failures.find((failure) => whyUnread(failure) === 'missing')
  return { subscriptions, missing, exists: subscriptions.ok || publish?.ok === true }
}

export const TOPIC_CHECKS: readonly Check[] = [
  {
    id: 'topic',
    topic: 'Topic',
    looksAt: 'whether the topic exists, in the region of the queues',
    async run(examined, probes) {
      const read = await readTopic(examined, probes)
      if (read === undefined) return []
      const { aws } = probes
      const { resultTopicArn, requestQueueUrl } = examined.config
      const { subscriptions, missing, exists } = read
      if (missing) return [unread(TOPIC, missing, { missing: 'check RESULT_TOPIC_ARN: aws sns list-topics' })]
      if (!exists && !subscriptions.ok)
        return [
          unread(TOPIC, subscriptions.failure, {
            denied: `allow sns:ListSubscriptionsByTopic on ${resultTopicArn} to who runs doctor`,
            unreachable: 'check AWS_ENDPOINT_URL',
            credentials: 'aws sts get-caller-identity',
          }),
        ]
      const queue = isUsable(examined, 'REQUEST_QUEUE_URL') ? await aws.queue(requestQueueUrl) : undefined
      const [here, there] = [queue?.ok ? regionOfArn(queue.value.arn) : undefined, regionOfArn(resultTopicArn)]
      if (here !== undefined && here !== there)
        return [warning(TOPIC, `is in ${there}, the queues in ${here}`, `set RESULT_TOPIC_ARN to a topic in ${here}`)]
      return [ok(TOPIC, `${resultTopicArn} is there`)]
    },
  },
  {
    id: 'subscriptions',
    topic: 'Topic',
    looksAt: 'who receives the results',
    async run(examined, probes) {
      const read = await readTopic(examined, probes)
      if (read === undefined || read.missing || !read.exists) return []
      const { aws } = probes
      const { resultTopicArn, requestQueueUrl } = examined.config
      const { subscriptions } = read
      if (!subscriptions.ok) {
        const denied = `allow sns:ListSubscriptionsByTopic on ${resultTopicArn} to who runs doctor`
        return [unread('subscriptions', subscriptions.failure, { denied })]
      }
      const queue = isUsable(examined, 'REQUEST_QUEUE_URL') ? await aws.queue(requestQueueUrl) : undefined
      const loops = subscriptions.value.filter(({ endpoint }) => queue?.ok && endpoint === queue.value.arn)
      const pending = subscriptions.value.filter(({ confirmed }) => !confirmed)
      const confirmed = subscriptions.value.length - pending.length
      const list = `aws sns list-subscriptions-by-topic --topic-arn ${shellWord(resultTopicArn)}`
      const found: Finding[] = loops.map(({ endpoint }) =>
        error('subscriptions', `${endpoint} is the request queue: each result comes back as a request`, list),
      )
      for (const { protocol, endpoint } of pending)
        found.push(warning('subscriptions', `${protocol} ${endpoint} has not confirmed its subscription`, list))
      if (confirmed === 0) {
        const fix = `aws sns subscribe --topic-arn ${shellWord(resultTopicArn)} --protocol email --notification-endpoint ADDRESS`
        found.push(warning('subscriptions', 'there is none: results reach nobody', fix))
      }
      if (found.length > 0) return found
      return [ok('subscriptions', `${confirmed} ${confirmed === 1 ? 'receives' : 'receive'} the results`)]
    },
  },
]
