/** The parameters of a deployment (deploy/STAGE.yml): read, checked against what the function will read, and turned into what the template needs. */
import * as v from 'valibot'
import { functionStatements, type IamStatement, type RoleNeeds } from '../lib/aws/permissions.js'
import { type AlibabaIdentity, readIdentity } from '../lib/config/alibaba.js'
import { readConfig } from '../lib/config/config.js'
import { SETTINGS } from '../lib/config/settings.js'
import type { ReadFile } from '../lib/policy/load.js'
import { ALLOW_ALL } from '../lib/policy/policy.js'

export interface Deployment {
  readonly region: string
  readonly producers: readonly string[]
  readonly sources: readonly string[]
  readonly subscribers: readonly string[]
  /** Empty: alarms go nowhere. */
  readonly alarmTopicArn: string
  readonly maximumConcurrency: number
  /** The settings of the function that the template does not make itself. */
  readonly environment: Readonly<Record<string, string>>
  /** What goes into the package beside the bundle: the policy's file. */
  readonly packaged: string
  readonly statements: readonly IamStatement[]
  readonly tags: Readonly<Record<string, string>>
}

export type DeploymentReading =
  | { readonly ok: true; readonly deployment: Deployment }
  | { readonly ok: false; readonly faults: readonly string[] }

const matching = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule))
const list = (pattern: RegExp, rule: string) => v.optional(v.array(matching(pattern, rule), 'must be a list'), [])

const PRINCIPAL = /^(?:\d{12}|arn:aws[a-z-]*:iam::\d{12}:(?:root|(?:role|user)\/[\w+=,.@/-]{1,512}))$/
const SOURCE = /^arn:aws[a-z-]*:(?:events:[a-z0-9-]+:\d{12}:rule\/[\w./-]+|sns:[a-z0-9-]+:\d{12}:[\w-]+)$/
const CONCURRENCY = 'must be a whole number from 2 to 1000, as Lambda has it'

const Parameters = v.strictObject({
  region: matching(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region, such as eu-west-1'),
  producers: list(
    PRINCIPAL,
    'must be the ARN of a role, a user or an account, or an account id in quotes; a star is none',
  ),
  sources: list(SOURCE, 'must be the ARN of a rule of EventBridge or of a topic'),
  subscribers: list(/^\d{12}$/, 'must be an account id: 12 digits, in quotes'),
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

/** Reads the parameters of a stage, or names every fault of them, of the settings and of the policy. Never throws. */
export function readDeployment(parameters: unknown, stage: string, readFile: ReadFile): DeploymentReading {
  const faults: string[] = []
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage))
    faults.push('the stage must have 1 to 16 characters of a-z 0-9 -, since it is part of names')
  const parsed = v.safeParse(Parameters, parameters)
  faults.push(...(parsed.issues ?? []).map(faultOf))
  const { region = 'eu-west-1', policy = ALLOW_ALL, settings = {} } = (parsed.output ?? {}) as Partial<Parameters>
  const settingValues = isText(settings) ? settings : {}
  faults.push(...Object.keys(settingValues).flatMap(settingFaults))
  const environment = { ...settingValues, ATTACHMENT_POLICY: policy }
  const reading = readConfig({ ...environment, ...exampleResources(region) }, readFile)
  const identity = readIdentity(
    (name) => settingValues[name],
    () => undefined,
  )
  faults.push(
    ...[...(reading.ok ? [] : reading.faults), ...identityFaults(identity)].map((fault) =>
      fault.startsWith('ATTACHMENT_POLICY') ? fault : `settings.${fault}`,
    ),
  )
  if (!parsed.success || !reading.ok || faults.length > 0) return { ok: false, faults }
  return {
    ok: true,
    deployment: {
      ...parsed.output,
      environment,
      packaged: policy === ALLOW_ALL ? 'dist/lambda/**' : policy,
      statements: functionStatements(needsOf(identity)),
    },
  }
}

type Parameters = v.InferOutput<typeof Parameters>

const isText = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string')

function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the file'
  if (issue.expected === 'never') return `${path} is no parameter`
  return issue.received === 'undefined' ? `${path} is missing` : `${path} ${issue.message}`
}

function settingFaults(name: string): string[] {
  if (SET_BY_TEMPLATE.includes(name)) return [`settings.${name} is not yours to set here: the template makes it`]
  if (name.startsWith('AWS_')) return [`settings.${name} is not yours to set here: Lambda sets it`]
  if (SECRET.test(name) && name !== 'ALIBABA_CLOUD_CREDENTIALS_SECRET')
    return [`settings.${name} is a secret, or part of one: it would stand in the template for all to read`]
  return KNOWN_SETTINGS.includes(name) || name.startsWith('OTEL_') ? [] : [`settings.${name} is no setting`]
}

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

function needsOf(identity: AlibabaIdentity): RoleNeeds {
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
