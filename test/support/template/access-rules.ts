/** The rules of who may do what. */
import type { Template } from '../packaged.js'
import {
  byType,
  drop,
  isTlsOnly,
  listOf,
  of,
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
        if (isTlsOnly(statement)) return []
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
    says: 'lets producers send and nothing more, and the sources that are named only',
    holds: (template) => {
      const text = JSON.stringify(of(template, 'RequestQueuePolicy'))
      const mine = statements(template).filter(([name]) => name === 'RequestQueuePolicy')
      const producers = mine.find(([, { Sid }]) => Sid === 'Producers')?.[1]
      const sources = mine.find(([, { Sid }]) => Sid === 'Sources')?.[1]
      return says({
        'no producers': !JSON.stringify(producers?.Principal ?? '').includes(
          'arn:aws:iam::111122223333:role/account-vending',
        ),
        more: listOf(producers?.Action).some(
          (one) => !/^sqs:(?:SendMessage|GetQueueUrl|GetQueueAttributes)$/.test(String(one)),
        ),
        'any source': !JSON.stringify(sources?.Condition ?? '').includes(
          'arn:aws:events:eu-west-1:111122223333:rule/vpc-requests',
        ),
        'not a parameter': !text.includes('HasProducers') || !text.includes('HasSources'),
      })
    },
    broken: [
      without('RequestQueuePolicy', undefined),
      (template) =>
        void of(template, 'RequestQueuePolicy').PolicyDocument.Statement[1]['Fn::If'][1].Action.push('sqs:PurgeQueue'),
      (template) => void delete of(template, 'RequestQueuePolicy').PolicyDocument.Statement[2]['Fn::If'][1].Condition,
    ],
  },
]
