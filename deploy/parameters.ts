/** The parameters of a deployment (deploy/STAGE.yml): read, checked against what the function will read, and turned into what the template needs. */
import * as v from 'valibot'
import { functionStatements, type IamStatement, type RoleNeeds } from '../lib/aws/permissions.js'
import { type AlibabaIdentity, readIdentity } from '../lib/config/alibaba.js'
import { AWS_REGION } from '../lib/config/aws-region.js'
import { type Environment, readConfig } from '../lib/config/config.js'
import { createSettingReader } from '../lib/config/setting-reader.js'
import { SETTINGS } from '../lib/config/settings.js'
import { ACCOUNT, matching, Producer, producerFaults } from '../lib/deployment/producers.js'
import { STAGE_NAME } from '../lib/deployment/stage-files.js'
import type { ReadFile } from '../lib/policy/load.js'
import { ALLOW_ALL } from '../lib/policy/policy.js'
import { placeholderFaults } from './placeholders.js'
import {
  dashboardParts,
  deadLetterStatements,
  redriveSources,
  requestQueueIds,
  requestQueues,
} from './request-queues.js'

interface Deployment {
  readonly region: string
  /** Empty: alarms go nowhere. */
  readonly alarmActions: readonly string[]
  readonly resultTopicStatements: readonly object[]
  /** Functions at once, over all queues. */
  readonly concurrencyAtCap: number
  /** The events of the function. */
  readonly events: readonly object[]
  /** The queues that feed it, with what belongs to them. */
  readonly requestQueues: object
  readonly deadLetterStatements: readonly object[]
  readonly redriveSources: readonly object[]
  readonly dashboard: { readonly alarms: string; readonly metrics: string }
  /** The settings of the function that the template does not make itself. */
  readonly environment: Readonly<Record<string, string>>
  /** What goes into the package beside the bundle: the policy's file. */
  readonly packaged: string
  readonly statements: readonly IamStatement[]
  readonly tags: Readonly<Record<string, string>>
}

type DeploymentReading =
  | { readonly ok: true; readonly deployment: Deployment }
  | { readonly ok: false; readonly faults: readonly string[] }

const list = <Item extends v.GenericSchema>(item: Item) => v.optional(v.array(item, 'must be a list'), [])
const CONCURRENCY = 'must be a whole number from 2 to 1000, as Lambda has it'

const Parameters = v.strictObject({
  region: matching(AWS_REGION, 'must be a region, such as eu-west-1'),
  producers: list(Producer),
  subscribers: list(ACCOUNT),
  alarmTopicArn: v.optional(
    matching(/^(?:arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+)?$/, 'must be the ARN of a topic'),
    '',
  ),
  policy: matching(/^(?!\/)(?!.*\.\.)[\w./-]+$/, `must be a file below this folder, or ${ALLOW_ALL}`),
  maximumConcurrency: v.optional(
    v.pipe(v.number(CONCURRENCY), v.integer(CONCURRENCY), v.minValue(2, CONCURRENCY), v.maxValue(1_000, CONCURRENCY)),
    2,
  ),
  settings: v.record(v.string(), v.string('must be text: put it in quotes')),
  tags: v.optional(v.record(v.string(), v.string('must be text: put it in quotes')), {}),
})

/** What the template, the policy's parameter or Lambda sets. */
const SET_BY_TEMPLATE = [
  'REQUEST_QUEUE_URL',
  'DEAD_LETTER_QUEUE_URL',
  'RESULT_TOPIC_ARN',
  'ATTACHMENT_POLICY',
  'CONCURRENCY',
]
const SECRET = /SECRET$|ACCESS_KEY_ID$|TOKEN$|OTLP\w*_HEADERS$/
const KNOWN_SETTINGS = [...SETTINGS.map(({ name }) => name), 'ALIBABA_CLOUD_ROLE_SESSION_NAME']

const STAGE_OF_PRODUCERS = 'the stage must not end with -from: its queues would have the names of those of producers'

/** The request queue and those of producers; `maximumConcurrency` holds for each, since each has its mapping. */
const eventOf = (maximumConcurrency: number) => (id: string) => ({
  sqs: {
    arn: { 'Fn::GetAtt': [id, 'Arn'] },
    batchSize: 10,
    // No window: it saves a quarter of the invocations and makes the example campaign half as slow again (docs/decisions/0052-batches.md).
    maximumBatchingWindow: 0,
    functionResponseType: 'ReportBatchItemFailures',
    maximumConcurrency,
  },
})

/**
 * Reads the parameters of a stage, or names every fault of them, of the settings and of the policy. `env` has the region of
 * who deploys, if it is set. Never throws.
 */
export function readDeployment(
  parameters: unknown,
  stage: string,
  readFile: ReadFile,
  env: Environment = {},
): DeploymentReading {
  const faults: string[] = [...placeholderFaults(parameters, '')]
  if (!STAGE_NAME.test(stage))
    faults.push('the stage must have 1 to 16 characters of a-z 0-9 -, since it is part of names')
  if (stage.endsWith('-from')) faults.push(STAGE_OF_PRODUCERS)
  const parsed = v.safeParse(Parameters, parameters)
  faults.push(...(parsed.issues ?? []).map(faultOf))
  const { region = 'eu-west-1', policy = ALLOW_ALL, settings = {} } = (parsed.output ?? {}) as Partial<Parameters>
  const set = env.AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION'
  if (parsed.success && env[set] && env[set] !== region)
    faults.push(
      `region is ${region}, but ${set} is ${env[set]}: the role that Alibaba trusts has the region in its name`,
    )
  if (parsed.success) faults.push(...producerFaults(parsed.output.producers, region), ...alarmFaults(parsed.output))
  const settingValues = isText(settings) ? settings : {}
  faults.push(...Object.keys(settingValues).flatMap(settingFaults))
  const environment = { ...settingValues, ATTACHMENT_POLICY: policy }
  const reading = readConfig({ ...environment, ...exampleResources(region) }, readFile)
  const identity = readIdentity(createSettingReader(settingValues))
  faults.push(
    ...[...(reading.ok ? [] : reading.faults), ...identityFaults(identity)].map((fault) =>
      fault.startsWith('ATTACHMENT_POLICY') ? fault : `settings.${fault}`,
    ),
  )
  faults.push(...policyPlaceholders(policy, readFile))
  if (!parsed.success || !reading.ok || faults.length > 0) return { ok: false, faults }
  const { producers, subscribers, alarmTopicArn, maximumConcurrency, tags } = parsed.output
  const queueIds = requestQueueIds(producers)
  return {
    ok: true,
    deployment: {
      region,
      alarmActions: alarmTopicArn === '' ? [] : [alarmTopicArn],
      resultTopicStatements: resultTopicStatements(subscribers),
      tags,
      concurrencyAtCap: maximumConcurrency * queueIds.length,
      events: queueIds.map(eventOf(maximumConcurrency)),
      requestQueues: requestQueues(stage, producers, alarmTopicArn),
      deadLetterStatements: deadLetterStatements(producers),
      redriveSources: redriveSources(stage, producers),
      dashboard: dashboardParts(producers),
      environment,
      packaged: policy === ALLOW_ALL ? 'dist/lambda/**' : policy,
      statements: functionStatements({ ...needsOf(identity), requestQueueIds: queueIds }),
    },
  }
}

type Parameters = v.InferOutput<typeof Parameters>

const isText = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string')

/** Parameters of earlier versions. */
const MOVED: Readonly<Record<string, string>> = {
  sources: ': name each topic, and each bus of a rule, under producers; it gets a queue of its own (docs/deploy.md)',
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the file'
  if (issue.expected === 'never') return `${path} is no parameter${MOVED[path] ?? ''}`
  return issue.received === 'undefined' ? `${path} is missing` : `${path} ${issue.message}`
}

function settingFaults(name: string): string[] {
  if (SET_BY_TEMPLATE.includes(name)) return [`settings.${name} is not yours to set here: the template makes it`]
  if (name.startsWith('AWS_')) return [`settings.${name} is not yours to set here: Lambda sets it`]
  if (SECRET.test(name) && name !== 'ALIBABA_CLOUD_CREDENTIALS_SECRET')
    return [`settings.${name} is a secret, or part of one: it would stand in the template for all to read`]
  return KNOWN_SETTINGS.includes(name) || name.startsWith('OTEL_') ? [] : [`settings.${name} is no setting`]
}

/** CloudWatch notifies topics of its own region. */
const alarmFaults = ({ alarmTopicArn, region }: Parameters): string[] =>
  alarmTopicArn === '' || alarmTopicArn.split(':')[3] === region
    ? []
    : [`alarmTopicArn must be in ${region}, as the alarms`]

/** Placeholders in a policy's file; that it can be read and is a policy is checked elsewhere. */
function policyPlaceholders(policy: string, readFile: ReadFile): string[] {
  if (policy === ALLOW_ALL) return []
  try {
    return placeholderFaults(JSON.parse(readFile(policy)), `ATTACHMENT_POLICY ${policy}: `, true)
  } catch {
    return []
  }
}

const RESULT_TOPIC = { Ref: 'ResultTopic' }

/** The policy of the result topic. */
const resultTopicStatements = (subscribers: readonly string[]): readonly object[] => [
  {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 'sns:Publish',
    Resource: RESULT_TOPIC,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
  ...(subscribers.length === 0
    ? []
    : [
        {
          Sid: 'Subscribers',
          Effect: 'Allow',
          Principal: { AWS: subscribers },
          Action: ['sns:Subscribe', 'sns:GetTopicAttributes'],
          Resource: RESULT_TOPIC,
        },
      ]),
]

/** What a process may do and a function of Lambda cannot. */
function identityFaults(identity: AlibabaIdentity): string[] {
  const holder = identity.kind === 'role' ? identity.by : identity
  if (holder.kind === 'chain')
    return [
      'ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set, nor ALIBABA_CLOUD_CREDENTIALS_SECRET: who is the function at Alibaba?',
    ]
  if ('tokenFile' in identity) return ['ALIBABA_CLOUD_OIDC_TOKEN_FILE is for others: AWS gives a function its token']
  return []
}

function needsOf(identity: AlibabaIdentity): Omit<RoleNeeds, 'requestQueueIds'> {
  const holder = identity.kind === 'role' ? identity.by : identity
  return {
    tokenAudience: identity.kind === 'oidc' ? identity.audience : undefined,
    secretArn: holder.kind === 'secret' ? holder.secretArn : undefined,
  }
}

/** Stand for what the stack will make, so that the settings can be read as the function will read them. */
const exampleResources = (region: string) => ({
  AWS_REGION: region,
  REQUEST_QUEUE_URL: `https://sqs.${region}.amazonaws.com/111122223333/requests`,
  DEAD_LETTER_QUEUE_URL: `https://sqs.${region}.amazonaws.com/111122223333/dead-letters`,
  RESULT_TOPIC_ARN: `arn:aws:sns:${region}:111122223333:results`,
})
