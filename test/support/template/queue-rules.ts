/** The rules of the queues and the topic: encryption, retention, redrive. */
import { requestQueueIds } from '../../../deploy/request-queues.js'
import { PARAMETERS } from '../packaged.js'
import { byType, of, queues, says, set, type TemplateRule } from './rule.js'

const DAY_SECONDS = 86_400
/** No request uses more (the law of waiting; test/reconcile/decision/retry-policy.property.test.ts). */
const MOST_RECEIVES = 500
/** The longest life that a request may have, `notAfter` included. */
const LONGEST_LIFE_SECONDS = 72 * 3_600
const DEAD_LETTER_QUEUES = ['DeadLetterQueue', 'UndeliveredQueue']

export const QUEUE_RULES: readonly TemplateRule[] = [
  {
    says: 'encrypts every queue and the topic',
    holds: (template) => [
      ...queues(template).flatMap(([name, { SqsManagedSseEnabled }]) =>
        says({ [name]: SqsManagedSseEnabled !== true }),
      ),
      ...byType(template, 'AWS::SNS::Topic').flatMap(([name, { KmsMasterKeyId }]) => says({ [name]: !KmsMasterKeyId })),
    ],
    broken: [set('DeadLetterQueue', 'SqsManagedSseEnabled', false), set('ResultTopic', 'KmsMasterKeyId', undefined)],
  },
  {
    says: 'keeps every queue with its messages when the stack is removed or the queue replaced',
    holds: ({ Resources }) =>
      Object.entries(Resources).flatMap(([name, { Type, ...resource }]) => {
        const { DeletionPolicy, UpdateReplacePolicy } = resource as Partial<Record<string, unknown>>
        const kept = DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain'
        return Type === 'AWS::SQS::Queue' && !kept ? [name] : []
      }),
    broken: ['DeletionPolicy', 'UpdateReplacePolicy'].map((policy) => ({ Resources }) => {
      if (Resources.RequestQueue) Reflect.deleteProperty(Resources.RequestQueue, policy)
    }),
  },
  {
    says: 'keeps requests for at most four days, and longer than any of them lives',
    holds: (template) => {
      const { MessageRetentionPeriod } = of(template, 'RequestQueue')
      return says({
        'too long': !(MessageRetentionPeriod <= 4 * DAY_SECONDS),
        'too short': !(MessageRetentionPeriod > LONGEST_LIFE_SECONDS),
      })
    },
    broken: [
      set('RequestQueue', 'MessageRetentionPeriod', 5 * DAY_SECONDS),
      set('RequestQueue', 'MessageRetentionPeriod', 3 * DAY_SECONDS),
    ],
  },
  {
    says: 'keeps what is dead-lettered, the subscriptions’ too, for fourteen days',
    holds: (template) =>
      DEAD_LETTER_QUEUES.filter((name) => of(template, name).MessageRetentionPeriod !== 14 * DAY_SECONDS),
    broken: DEAD_LETTER_QUEUES.map((name) => set(name, 'MessageRetentionPeriod', 4 * DAY_SECONDS)),
  },
  {
    says: 'lets the queue’s own redrive act after more receives than any request uses, into the dead-letter queue',
    holds: (template) =>
      requestQueueIds(PARAMETERS.producers).flatMap((queue) => {
        const { maxReceiveCount, deadLetterTargetArn } = of(template, queue).RedrivePolicy ?? {}
        return says({
          [`${queue} acts too early`]: !(maxReceiveCount > MOST_RECEIVES),
          [`${queue}: more than SQS takes`]: maxReceiveCount > 1_000,
          [`${queue}: elsewhere`]: deadLetterTargetArn?.['Fn::GetAtt']?.[0] !== 'DeadLetterQueue',
        })
      }),
    broken: [
      set('RequestQueue', 'RedrivePolicy', undefined),
      set('FromVendingQueue', 'RedrivePolicy', undefined),
      (template) => void Object.assign(of(template, 'RequestQueue').RedrivePolicy, { maxReceiveCount: MOST_RECEIVES }),
    ],
  },
  {
    says: 'has numbers for timeouts, retention and receives, and bounds the size of a message',
    holds: (template) => {
      const { VisibilityTimeout, MessageRetentionPeriod, MaximumMessageSize, RedrivePolicy } = of(
        template,
        'RequestQueue',
      )
      const { Timeout, MemorySize } = of(template, 'AttachLambdaFunction')
      const literals = {
        VisibilityTimeout,
        MessageRetentionPeriod,
        MaximumMessageSize,
        Timeout,
        MemorySize,
        ...RedrivePolicy,
      }
      return Object.entries(literals).flatMap(([name, value]) =>
        name !== 'deadLetterTargetArn' && !Number.isInteger(value) ? [name] : [],
      )
    },
    broken: [
      set('RequestQueue', 'VisibilityTimeout', { Ref: 'X' }),
      set('RequestQueue', 'MaximumMessageSize', undefined),
      set('AttachLambdaFunction', 'Timeout', '30'),
    ],
  },
  {
    says: 'loses no message where a queue is replaced, and no log within a month',
    holds: (template) => [
      ...queues(template).flatMap(([name]) =>
        says({ [name]: template.Resources[name]?.UpdateReplacePolicy !== 'Retain' }),
      ),
      ...byType(template, 'AWS::Logs::LogGroup').flatMap(([name, { RetentionInDays }]) =>
        says({ [name]: !(RetentionInDays >= 30) }),
      ),
    ],
    broken: [
      ({ Resources }) => void delete (Resources.RequestQueue as { UpdateReplacePolicy?: string }).UpdateReplacePolicy,
      set('AttachLogGroup', 'RetentionInDays', 1),
    ],
  },
]
