/** The rules of alarms, dashboard, names and outputs. */
import { requestQueueIds } from '../../../deploy/request-queues.js'
import { PARAMETERS } from '../packaged.js'
import { byType, drop, mappings, of, queues, says, set, type TemplateRule } from './rule.js'

const ALARMS = [
  'dead-letters',
  'dead-letters-expiring',
  'undelivered',
  'oldest-request',
  'intake-paused',
  'function-errors',
  'function-throttles',
  'concurrency-at-cap',
]
const OUTPUTS = ['RequestQueueUrl', 'DeadLetterQueueUrl', 'ResultTopicArn', 'FunctionRoleArn', 'FunctionName']

export const WATCHING_RULES: readonly TemplateRule[] = [
  {
    says: 'watches: every alarm is there, on a resource of the stack, has an action, and is quiet without data',
    holds: (template) => {
      const alarms = byType(template, 'AWS::CloudWatch::Alarm').map(([, properties]) => properties)
      const names = alarms.map(({ AlarmName }) => AlarmName.replace('cen-attach-fortest-', ''))
      const watched = (value: unknown): string =>
        (value as { 'Fn::GetAtt'?: string[]; Ref?: string })?.['Fn::GetAtt']?.[0] ??
        (value as { Ref?: string })?.Ref ??
        ''
      return [
        ...ALARMS.filter((name) => !names.includes(name)),
        ...requestQueueIds(PARAMETERS.producers).filter(
          (queue) =>
            !alarms.some(
              ({ MetricName, Dimensions = [] }) => /Oldest/.test(MetricName) && watched(Dimensions[0]?.Value) === queue,
            ),
        ),
        ...alarms.flatMap(({ AlarmName, AlarmActions, TreatMissingData, Dimensions = [] }) =>
          says({
            [`${AlarmName}: notifies nobody`]: !JSON.stringify(AlarmActions ?? '').includes(PARAMETERS.alarmTopicArn),
            [`${AlarmName}: not quiet`]: TreatMissingData !== 'notBreaching',
            [`${AlarmName}: elsewhere`]: Dimensions.some(
              ({ Value }: { Value: unknown }) => !template.Resources[watched(Value)],
            ),
          }),
        ),
      ]
    },
    broken: [
      drop('DeadLettersAlarm'),
      drop('OldestRequestAlarm'),
      drop('FromSpokeOldestAlarm'),
      set('FunctionErrorsAlarm', 'AlarmActions', undefined),
      set('IntakePausedAlarm', 'TreatMissingData', undefined),
      set('UndeliveredAlarm', 'Dimensions', [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Gone', 'QueueName'] } }]),
    ],
  },
  {
    says: 'sounds the alarm of concurrency at the cap of all mappings together',
    holds: (template) =>
      says({
        other:
          of(template, 'ConcurrencyAlarm').Threshold !==
          mappings(template).reduce((sum, { ScalingConfig }) => sum + ScalingConfig?.MaximumConcurrency, 0),
      }),
    broken: [set('ConcurrencyAlarm', 'Threshold', 50)],
  },
  {
    says: 'shows all alarms and all queues on a dashboard that is JSON',
    holds: (template) => {
      const body: string = of(template, 'Dashboard').DashboardBody?.['Fn::Sub'] ?? ''
      const names = [...byType(template, 'AWS::CloudWatch::Alarm'), ...queues(template)].map(([name]) => name)
      const used = [...body.matchAll(/\$\{(\w+)(?:\.\w+)?\}/g)].map(([, name = '']) => name)
      let isJson = true
      try {
        JSON.parse(body)
      } catch {
        isJson = false
      }
      return [
        ...says({ 'no JSON': !isJson }),
        ...names.filter((name) => !used.includes(name)),
        ...used.filter((name) => !template.Resources[name]),
      ]
    },
    broken: [set('Dashboard', 'DashboardBody', { 'Fn::Sub': '{' }), drop('DeadLettersAlarm'), drop('ResultQueue')],
  },
  {
    says: 'names everything by its stage, tags it, and puts out what others need',
    holds: (template) => {
      const NAMES = ['QueueName', 'TopicName', 'FunctionName', 'AlarmName', 'DashboardName', 'RoleName']
      const named = Object.values(template.Resources).flatMap(({ Properties = {} }) =>
        NAMES.flatMap((name) => (typeof Properties[name] === 'string' ? [Properties[name] as string] : [])),
      )
      return [
        ...named.filter((name) => !name.startsWith('cen-attach-fortest')),
        ...OUTPUTS.filter((name) => !template.Outputs[name]),
        ...says({ untagged: of(template, 'AttachLambdaFunction').Tags?.[0]?.Value !== 'network' }),
      ]
    },
    broken: [
      set('RequestQueue', 'QueueName', 'requests'),
      set('AttachLambdaFunction', 'Tags', undefined),
      ({ Outputs }) => void delete Outputs.FunctionRoleArn,
    ],
  },
]
