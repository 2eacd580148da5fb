/** What is deployed to AWS: the synthesised template against its rules, and each rule against a template that breaks it. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { requestQueueIds } from '../../deploy/request-queues.js'
import { AWS_PERMISSIONS, actionOf } from '../../lib/aws/permissions.js'
import { MAX_BODY_BYTES } from '../../lib/domain/messages/request.js'
import { PARAMETERS, packaged, type Template } from '../support/packaged.js'
import { ACCESS_RULES } from '../support/template/access-rules.js'
import { FUNCTION_RULES } from '../support/template/function-rules.js'
import { QUEUE_RULES } from '../support/template/queue-rules.js'
import { WATCHING_RULES } from '../support/template/watching-rules.js'

const RULES = [...QUEUE_RULES, ...ACCESS_RULES, ...FUNCTION_RULES, ...WATCHING_RULES]

let template: Template
beforeAll(async () => {
  template = (await packaged()).template
})

describe('the template', () => {
  it.each(RULES.map((rule) => [rule.says, rule] as const))('%s', (_says, { holds }) => {
    expect(holds(template)).toEqual([])
  })

  it.each(RULES.flatMap(({ says, holds, broken }) => broken.map((breaks) => [says, holds, breaks] as const)))(
    'is found out where it breaks: %s',
    (_says, holds, breaks) => {
      const copy = structuredClone(template)
      breaks(copy)
      expect(holds(copy)).not.toEqual([])
    },
  )

  it('lets the function do what its calls need, each on the resource that it is made on, and nothing else', () => {
    const { Policies } = template.Resources.FunctionRole?.Properties ?? {}
    const allowed = Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) =>
      PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => [Resource].flat().map((one) => `${action} on ${JSON.stringify(one)}`)),
      ),
    )
    const arn = (name: string) => JSON.stringify({ 'Fn::GetAtt': [name, 'Arn'] })
    const places: Record<string, string[]> = {
      'request queue': requestQueueIds(PARAMETERS.producers).map(arn),
      'dead-letter queue': [arn('DeadLetterQueue')],
      'result topic': [JSON.stringify({ Ref: 'ResultTopic' })],
      any: ['"*"'],
    }
    const calls = AWS_PERMISSIONS.filter(({ by, on }) => by === 'function and worker' && on !== 'secret')
    const log = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on ${arn('AttachLogGroup')}`)
    const needed = calls.flatMap((call) => places[call.on]?.map((place) => `${actionOf(call)} on ${place}`))
    expect(allowed.sort()).toEqual([...needed, ...log].sort())
  })

  it('keeps a request as long as its life, and a dead letter that says everything', () => {
    const size = (name: string) => template.Resources[name]?.Properties.MaximumMessageSize
    expect(size('RequestQueue')).toBeGreaterThan(MAX_BODY_BYTES)
    expect(size('DeadLetterQueue')).toBeGreaterThan(size('RequestQueue') + 10 * 1_024)
  })

  it('links every alarm to a heading that its name says', () => {
    const alarms = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    for (const { Properties } of alarms) {
      const name = Properties.AlarmName.replace('cen-attach-fortest-', '').replace(/-from-\w+$/, '')
      expect(Properties.AlarmDescription).toContain(`docs/runbook.md#${name}`)
    }
  })

  it('sets no setting in two places, and names no secret', () => {
    const text = readFileSync('serverless.yml', 'utf8')
    const { Variables } = template.Resources.AttachLambdaFunction?.Properties.Environment ?? {}
    expect(Object.keys(Variables).sort()).toEqual([
      'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
      'ALIBABA_CLOUD_ROLE_ARN',
      'ATTACHMENT_POLICY',
      'CEN_OWNER_ID',
      'DEAD_LETTER_QUEUE_URL',
      'REQUEST_QUEUE_URL',
      'RESULT_TOPIC_ARN',
    ])
    expect(text).not.toMatch(/SECRET|ACCESS_KEY/)
  })
})

interface Statement {
  readonly Action: string[]
  readonly Resource: unknown
}
