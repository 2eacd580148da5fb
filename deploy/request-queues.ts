/** The queues that feed the function, as the template has them: the request queue, and one for each producer with who may fill it. */
import { logicalId, OWN_BUS, type Producer, producerBusName, producerQueueName } from '../lib/deployment/producers.js'
import { VENDING_DETAIL_TYPE } from '../lib/domain/messages/envelope.js'

type Resources = Readonly<Record<string, object>>

interface Fragment {
  readonly Resources: Resources
  readonly Outputs: Resources
}

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

/** The logical ids of the queues, the request queue first. */
export const requestQueueIds = (producers: readonly Producer[]): readonly string[] => [
  'RequestQueue',
  ...producers.map(({ name }) => `${logicalId(name)}Queue`),
]

const queue = (name: string) => ({
  Type: 'AWS::SQS::Queue',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    QueueName: name,
    SqsManagedSseEnabled: true,
    // Six times the function's timeout, and the batching window, as Lambda asks for.
    VisibilityTimeout: 180,
    // Four days: no request lives longer than 72 hours; what is older is dropped in silence.
    MessageRetentionPeriod: 345_600,
    // A request has 64 KiB at most; a KiB for its attributes.
    MaximumMessageSize: 66_560,
    ReceiveMessageWaitTimeSeconds: 20,
    // A backstop for crashes: no request uses more than 500 receives.
    RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetterQueue'), maxReceiveCount: 1_000 },
  },
})

const queuePolicy = (id: string, statements: readonly object[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: id }],
    PolicyDocument: { Version: '2012-10-17', Statement: [tlsOnly(arnOf(id)), ...statements] },
  },
})

const tlsOnly = (Resource: unknown) => ({
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
})

/** SQS leaves messages out of this age that were received more than three times: it is about requests that nobody takes. */
const oldestAlarm = (id: string, AlarmName: string, topicArn: string) => {
  const actions = topicArn === '' ? [] : [topicArn]
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName,
      AlarmDescription: 'A request waits for half an hour: docs/runbook.md#oldest-request',
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 2,
      Threshold: 1_800,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: actions,
      OKActions: actions,
    },
  }
}

/** Who fills a queue: the principal that is allowed, and conditions that hold for its messages only, and for all others. */
interface Filler {
  readonly principal: object
  readonly isIt?: object
  readonly isNot: object
  readonly actions: readonly string[]
}

const bySource = (service: string, sourceArn: unknown): Filler => ({
  principal: { Service: service },
  isIt: { ArnEquals: { 'aws:SourceArn': sourceArn } },
  isNot: { ArnNotEquals: { 'aws:SourceArn': sourceArn } },
  actions: ['sqs:SendMessage'],
})

const byPrincipal = (principal: string, isNot: object): Filler => ({
  principal: { AWS: [principal] },
  isNot,
  actions: ['sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
})

function fillerOf({ name, topic, account, role }: Producer): Filler {
  if (topic !== undefined) return bySource('sns.amazonaws.com', topic)
  if (account !== undefined) return byPrincipal(account, { StringNotEquals: { 'aws:PrincipalAccount': account } })
  if (role !== undefined) return byPrincipal(role, { ArnNotEquals: { 'aws:PrincipalArn': role } })
  return bySource('events.amazonaws.com', arnOf(`${logicalId(name)}Rule`))
}

/** The queues with their policies and alarms, and what else their producers need. */
export function requestQueues(stage: string, producers: readonly Producer[], alarmTopicArn: string): Fragment {
  const parts = producers.map((producer) => producerParts(stage, producer, alarmTopicArn))
  return {
    Resources: {
      RequestQueue: queue(`cen-attach-${stage}-requests`),
      RequestQueuePolicy: queuePolicy('RequestQueue', []),
      OldestRequestAlarm: oldestAlarm('RequestQueue', `cen-attach-${stage}-oldest-request`, alarmTopicArn),
      ...Object.assign({}, ...parts.map(({ Resources }) => Resources)),
    },
    Outputs: Object.assign({}, ...parts.map(({ Outputs }) => Outputs)),
  }
}

function producerParts(stage: string, producer: Producer, alarmTopicArn: string): Fragment {
  const { name, bus, topic } = producer
  const id = logicalId(name)
  const { principal, isIt, isNot, actions } = fillerOf(producer)
  const Resource = arnOf(`${id}Queue`)
  // The policy's rule for this queue names no sender, so nobody else may send, whatever IAM allows them.
  const statements = [
    {
      Sid: 'Producer',
      Effect: 'Allow',
      Principal: principal,
      Action: actions,
      Resource,
      ...(isIt && { Condition: isIt }),
    },
    { Sid: 'NobodyElse', Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource, Condition: isNot },
  ]
  const source = bus !== undefined ? busParts(stage, producer, bus) : topic !== undefined ? topicParts(id, topic) : NONE
  return {
    Resources: {
      [`${id}Queue`]: queue(producerQueueName(stage, name)),
      [`${id}QueuePolicy`]: queuePolicy(`${id}Queue`, statements),
      [`${id}OldestAlarm`]: oldestAlarm(`${id}Queue`, `cen-attach-${stage}-oldest-request-from-${name}`, alarmTopicArn),
      ...source.Resources,
    },
    Outputs: {
      [`${id}QueueUrl`]: { Description: `The queue of ${name}.`, Value: { Ref: `${id}Queue` } },
      ...source.Outputs,
    },
  }
}

const NONE: Fragment = { Resources: {}, Outputs: {} }

/** What SNS or EventBridge cannot deliver goes to the dead-letter queue. */
const DELIVERED_OR_DEAD_LETTERED = arnOf('DeadLetterQueue')

const topicParts = (id: string, topic: string): Fragment => ({
  Resources: {
    [`${id}Subscription`]: {
      Type: 'AWS::SNS::Subscription',
      DependsOn: [`${id}QueuePolicy`],
      Properties: {
        TopicArn: topic,
        Protocol: 'sqs',
        Endpoint: arnOf(`${id}Queue`),
        RedrivePolicy: { deadLetterTargetArn: DELIVERED_OR_DEAD_LETTERED },
      },
    },
  },
  Outputs: {},
})

/** A rule on the bus; the bus itself and its policy if it is made here. */
function busParts(stage: string, { name, accounts }: Producer, bus: string): Fragment {
  const id = logicalId(name)
  const isOwn = bus === OWN_BUS
  const own = {
    [`${id}Bus`]: { Type: 'AWS::Events::EventBus', Properties: { Name: producerBusName(stage, name) } },
    ...(accounts && { [`${id}BusPolicy`]: busPolicy(`${id}Bus`, accounts) }),
  }
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: producerBusName(stage, name),
      Description: 'Requests of network attachments, to the queue of their producer.',
      EventBusName: isOwn ? { 'Fn::GetAtt': [`${id}Bus`, 'Name'] } : bus.split(':event-bus/')[1],
      EventPattern: { 'detail-type': [VENDING_DETAIL_TYPE] },
      Targets: [{ Id: 'queue', Arn: arnOf(`${id}Queue`), DeadLetterConfig: { Arn: DELIVERED_OR_DEAD_LETTERED } }],
    },
  }
  return {
    Resources: { [`${id}Rule`]: rule, ...(isOwn && own) },
    Outputs: { [`${id}BusArn`]: { Description: `The bus of ${name}.`, Value: isOwn ? arnOf(`${id}Bus`) : bus } },
  }
}

const busPolicy = (id: string, accounts: readonly string[]) => ({
  Type: 'AWS::Events::EventBusPolicy',
  Properties: {
    EventBusName: { 'Fn::GetAtt': [id, 'Name'] },
    StatementId: 'Producers',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: accounts },
      Action: 'events:PutEvents',
      Resource: arnOf(id),
      Condition: { StringEquals: { 'events:detail-type': VENDING_DETAIL_TYPE } },
    },
  },
})

/** The policy of the dead-letter queue: redrive policies and the function's role fill it, and SNS or EventBridge for a producer. */
export const deadLetterStatements = (producers: readonly Producer[]): readonly object[] => [
  tlsOnly(DELIVERED_OR_DEAD_LETTERED),
  ...producers
    .filter(({ bus, topic }) => bus !== undefined || topic !== undefined)
    .map((producer) => {
      const { principal, isIt, actions } = fillerOf(producer)
      const Sid = `${logicalId(producer.name)}Undelivered`
      return {
        Sid,
        Effect: 'Allow',
        Principal: principal,
        Action: actions,
        Resource: DELIVERED_OR_DEAD_LETTERED,
        Condition: isIt,
      }
    }),
]

/** The queues whose redrive policies may name the dead-letter queue; by their names, since each resource refers to the other. */
export const redriveSources = (stage: string, producers: readonly Producer[]): readonly object[] =>
  [`cen-attach-${stage}-requests`, ...producers.map(({ name }) => producerQueueName(stage, name))].map((name) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${name}`,
  }))

/** What the dashboard's JSON has of the producers: their alarms, and metrics of their queues. */
export function dashboardParts(producers: readonly Producer[]): { readonly alarms: string; readonly metrics: string } {
  const ids = producers.map(({ name }) => ({ id: logicalId(name), name }))
  const metric = ({ id, name }: (typeof ids)[number]) =>
    `, ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "\${${id}Queue.QueueName}", { "label": "to be taken, from ${name}" }]`
  return { alarms: ids.map(({ id }) => `, "\${${id}OldestAlarm.Arn}"`).join(''), metrics: ids.map(metric).join('') }
}
