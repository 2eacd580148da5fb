/** The rules of who may do what. */
import { requestQueueIds } from '../../../deploy/request-queues.js'
import { PARAMETERS, type Template } from '../packaged.js'
import {
  byType,
  drop,
  isTlsOnly,
  listOf,
  of,
  queues,
  type Statement,
  says,
  set,
  statements,
  type TemplateRule,
} from './rule.js'

const add =
  (name: string, statement: object) =>
  (template: Template): void =>
    void of(template, name).PolicyDocument.Statement.push(statement)
const without =
  (name: string, sid: string | undefined) =>
  (template: Template): void => {
    const document = of(template, name).PolicyDocument
    document.Statement = document.Statement.filter((one: Statement) => one.Sid !== sid)
  }
const guarded = { AWS: ['111122223333'] }

const producerOf = (template: Template, name: string) =>
  of(template, name).PolicyDocument.Statement.find((one: Statement) => one.Sid === 'Producer')
const sourceOf = (condition: Statement['Condition']): string | undefined => {
  const [source] = Object.values({ ...condition }).map((one) => (one as Record<string, unknown>)['aws:SourceArn'])
  return source === undefined ? undefined : JSON.stringify(source)
}
/** A denial of sending for everybody but the producer: a condition with a negated test also holds if its key is absent. */
const isForOthers = ({ Effect, Principal, Action, Condition = {} }: Statement): boolean =>
  Effect === 'Deny' &&
  Principal === '*' &&
  Action === 'sqs:SendMessage' &&
  Object.keys(Condition).length === 1 &&
  /^(?:String|Arn)NotEquals$/.test(Object.keys(Condition)[0] ?? '')

export const ACCESS_RULES: readonly TemplateRule[] = [
  {
    says: 'gives every subscription a dead-letter queue that the topic may fill',
    holds: (template) =>
      byType(template, 'AWS::SNS::Subscription').flatMap(([name, { RedrivePolicy, TopicArn }]) => {
        const target = RedrivePolicy?.deadLetterTargetArn?.['Fn::GetAtt']?.[0]
        const mayFill = statements(template).some(
          ([, { Effect, Resource, Condition }]) =>
            Effect === 'Allow' &&
            JSON.stringify(Resource) === JSON.stringify({ 'Fn::GetAtt': [target, 'Arn'] }) &&
            JSON.stringify(Condition?.ArnEquals).includes(JSON.stringify(TopicArn)),
        )
        return says({ [`${name} has none`]: !target, [`${name} may not`]: !mayFill })
      }),
    broken: [set('ResultSubscription', 'RedrivePolicy', undefined), without('UndeliveredQueuePolicy', 'ResultTopic')],
  },
  {
    says: 'has every queue, the topic and the bucket refuse what does not come by TLS',
    holds: (template) => {
      const places = ['AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::S3::Bucket'].flatMap((type) => byType(template, type))
      const refusing = statements(template).flatMap(([, one]) => (isTlsOnly(one) ? [JSON.stringify(one.Resource)] : []))
      return places.flatMap(([name]) => says({ [name]: !refusing.some((said) => said.includes(`"${name}"`)) }))
    },
    broken: [
      without('DeadLetterQueuePolicy', 'TlsOnly'),
      without('ResultTopicPolicy', 'TlsOnly'),
      drop('UndeliveredQueuePolicy'),
    ],
  },
  {
    says: 'allows nobody and nothing by a star',
    holds: (template) =>
      statements(template).flatMap(([name, statement]) => {
        if (isTlsOnly(statement) || isForOthers(statement)) return []
        const { Principal, Action, Resource, Condition, Effect } = statement
        const who = typeof Principal === 'object' && Principal !== null ? Object.values(Principal).flat() : [Principal]
        return says({
          [`${name}: not`]: Effect !== 'Allow',
          [`${name}: principal`]: who.includes('*'),
          [`${name}: action`]: listOf(Action).some((action) => String(action).includes('*')),
          // The actions that know no resource have a condition.
          [`${name}: resource`]: listOf(Resource).includes('*') && Condition === undefined,
        })
      }),
    broken: [
      add('RequestQueuePolicy', { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage' }),
      add('RequestQueuePolicy', { Effect: 'Allow', Principal: { AWS: ['*'] }, Action: 'sqs:SendMessage' }),
      add('RequestQueuePolicy', { Effect: 'Allow', Principal: guarded, Action: ['sqs:*'] }),
      add('RequestQueuePolicy', { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Condition: {} }),
      add('ResultTopicPolicy', { Effect: 'Allow', Principal: guarded, Action: 'sns:Publish', Resource: '*' }),
    ],
  },
  {
    says: 'lets each producer fill its own queue and nobody else, and the request queue only whom IAM allows',
    holds: (template) => {
      const own = statements(template).filter(
        ([name]) => name === 'RequestQueuePolicy' || /^From\w+QueuePolicy$/.test(name),
      )
      const policyOf = (queue: string) => own.flatMap(([name, one]) => (name === `${queue}Policy` ? [one] : []))
      const producers = requestQueueIds(PARAMETERS.producers).slice(1)
      return [
        ...says({ 'request queue': policyOf('RequestQueue').some((one) => !isTlsOnly(one)) }),
        ...producers.flatMap((queue) => {
          const allowed = policyOf(queue).filter(({ Effect }) => Effect === 'Allow')
          const denied = policyOf(queue).find(({ Sid }) => Sid === 'NobodyElse')
          const [who] = allowed
          const isService = JSON.stringify(who?.Principal ?? '').includes('.amazonaws.com')
          return says({
            [`${queue}: ${allowed.length} producers`]: allowed.length !== 1,
            [`${queue}: more than sending`]: listOf(who?.Action).some(
              (one) => !/^sqs:(?:SendMessage|GetQueueUrl|GetQueueAttributes)$/.test(String(one)),
            ),
            [`${queue}: any source`]: isService && !who?.Condition?.ArnEquals,
            [`${queue}: others`]: denied === undefined || !isForOthers(denied),
            [`${queue}: another source`]: isService && sourceOf(denied?.Condition) !== sourceOf(who?.Condition),
          })
        }),
      ]
    },
    broken: [
      add('RequestQueuePolicy', { Effect: 'Allow', Principal: guarded, Action: ['sqs:SendMessage'] }),
      without('FromVendingQueuePolicy', 'NobodyElse'),
      without('FromPipelineQueuePolicy', 'Producer'),
      (template) => void producerOf(template, 'FromSpokeQueuePolicy').Action.push('sqs:PurgeQueue'),
      (template) => void delete producerOf(template, 'FromLandingQueuePolicy').Condition,
      (template) => {
        producerOf(template, 'FromLandingQueuePolicy').Condition.ArnEquals['aws:SourceArn'] =
          'arn:aws:sns:eu-west-1:1:other'
      },
    ],
  },
  {
    says: 'lets the dead-letter queue take only what its own queues, and what feeds them, cannot deliver',
    holds: (template) => {
      const { redrivePermission, sourceQueueArns = [] } = of(template, 'DeadLetterQueue').RedriveAllowPolicy ?? {}
      const named = sourceQueueArns.map((arn: { 'Fn::Sub': string }) => arn['Fn::Sub'].split(':').at(-1))
      const redriving = queues(template).flatMap(([, { RedrivePolicy, QueueName }]) =>
        RedrivePolicy ? [QueueName] : [],
      )
      const targets = byType(template, 'AWS::Events::Rule').flatMap(([, { Targets }]) => Targets)
      const allowed = statements(template).flatMap(([name, { Effect, Condition }]) =>
        name === 'DeadLetterQueuePolicy' && Effect === 'Allow' ? [sourceOf(Condition)] : [],
      )
      return says({
        'any queue': redrivePermission !== 'byQueue',
        'other queues': String(named.sort()) !== String(redriving.sort()),
        'undelivered events': targets.some(({ DeadLetterConfig }) => !DeadLetterConfig),
        'other sources': allowed.includes(undefined) || allowed.length !== 3,
      })
    },
    broken: [
      set('DeadLetterQueue', 'RedriveAllowPolicy', undefined),
      (template) => void of(template, 'DeadLetterQueue').RedriveAllowPolicy.sourceQueueArns.pop(),
      (template) => void delete of(template, 'FromVendingRule').Targets[0].DeadLetterConfig,
      without('DeadLetterQueuePolicy', 'FromVendingUndelivered'),
    ],
  },
]
