/** The settings, read from an environment that a door passes in; every fault is named at once. */
import { type Policy, readPolicy } from './policy.js'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Config {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly resultTopicArn: string
  readonly resultSource: string
  readonly ttlMs: number
  readonly concurrency: number
  readonly logLevel: LogLevel
  readonly policy: Policy
  readonly cenOwnerId?: string
  readonly endpoints: AlibabaEndpoints
  readonly alibabaKeys?: AlibabaKeys
}

export interface AlibabaEndpoints {
  readonly cbn: string
  readonly sts: string
}

export interface AlibabaKeys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] }

export interface Setting {
  readonly name: string
  readonly meaning: string
  readonly default?: string
}

/** Every setting, for `--help` and the README. */
export const SETTINGS: readonly Setting[] = [
  { name: 'REQUEST_QUEUE_URL', meaning: 'queue that requests arrive on' },
  { name: 'DEAD_LETTER_QUEUE_URL', meaning: 'queue for requests that failed for good' },
  { name: 'RESULT_TOPIC_ARN', meaning: 'topic that results are published on' },
  { name: 'ATTACHMENT_POLICY', meaning: 'who may ask for what; `allow-all` lets every sender ask for everything' },
  { name: 'RESULT_SOURCE', meaning: 'the `source` of every result, a URI reference', default: 'urn:cen-attach' },
  {
    name: 'REQUEST_TTL_SECONDS',
    meaning: 'how long a request lives without a `notAfter`, 1 to 259200',
    default: '86400',
  },
  { name: 'CONCURRENCY', meaning: 'messages that the worker handles at once, 1 to 1000', default: '50' },
  { name: 'LOG_LEVEL', meaning: 'debug, info, warn or error', default: 'info' },
  { name: 'ATTACHER', meaning: '`direct`: call Alibaba from here', default: 'direct' },
  { name: 'CEN_OWNER_ID', meaning: 'account that owns the CENs', default: 'the account of the credentials' },
  {
    name: 'CBN_ENDPOINT',
    meaning: 'https://host[:port] of the CEN API; http only for loopback',
    default: 'https://cbn.aliyuncs.com',
  },
  {
    name: 'STS_ENDPOINT',
    meaning: 'https://host[:port] of the STS API; http only for loopback',
    default: 'https://sts.aliyuncs.com',
  },
  { name: 'AWS_REGION', meaning: 'region of the queues and the topic', default: 'the one in the queue URL' },
  {
    name: 'AWS_ENDPOINT_URL',
    meaning: 'another server for SQS and SNS; also AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_SNS',
  },
  {
    name: 'AWS_ACCESS_KEY_ID',
    meaning: 'and AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE …: the default chain of the AWS SDK',
  },
  {
    name: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
    meaning:
      'and ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN, ALIBABA_CLOUD_ROLE_ARN …: the default chain of @alicloud/credentials',
  },
]

/** Reads the settings of a worker or function. Pure: the environment is passed in. */
export function readConfig(env: Environment): ConfigReading {
  const faults: string[] = []
  const said = (name: string) => env[name]?.trim() || undefined
  const fault = (name: string, message: string) => void faults.push(`${name} ${message}`)
  const required = (name: string): string => {
    const value = said(name)
    if (value === undefined) fault(name, 'is not set')
    return value ?? ''
  }
  const url = (name: string): string => {
    const value = required(name)
    if (value !== '' && !isHttpUrl(value)) fault(name, 'must be a URL, http:// or https://')
    return value
  }
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const value = said(name)
    if (value === undefined) return fallback
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= least && number <= most))
      fault(name, `must be a whole number from ${least} to ${most}, not "${value}"`)
    return number
  }
  const endpoint = (name: string, fallback: string): string => {
    const value = said(name)
    if (value !== undefined && !isEndpoint(value))
      fault(name, 'must be https://host[:port]; http:// is for loopback only')
    return (value ?? fallback).replace(/\/$/, '')
  }

  const requestQueueUrl = url('REQUEST_QUEUE_URL')
  const deadLetterQueueUrl = url('DEAD_LETTER_QUEUE_URL')
  if (requestQueueUrl !== '' && bare(requestQueueUrl) === bare(deadLetterQueueUrl))
    fault('DEAD_LETTER_QUEUE_URL', 'must not be the request queue')
  const resultTopicArn = required('RESULT_TOPIC_ARN')
  if (resultTopicArn !== '' && !/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:.+$/.test(resultTopicArn))
    fault('RESULT_TOPIC_ARN', 'must be the ARN of an SNS topic')
  const logLevel = LOG_LEVELS.find((level) => level === (said('LOG_LEVEL') ?? 'info').toLowerCase())
  if (logLevel === undefined) fault('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`)
  if ((said('ATTACHER') ?? 'direct') !== 'direct') fault('ATTACHER', 'must be direct; fc is not supported yet')
  const cenOwnerId = said('CEN_OWNER_ID')
  if (cenOwnerId !== undefined && !/^\d{1,20}$/.test(cenOwnerId)) fault('CEN_OWNER_ID', 'must be an account id: digits')
  const keys = readKeys(said, fault)
  const resultSource = said('RESULT_SOURCE') ?? 'urn:cen-attach'
  if (!/^[\w.~:/?#[\]@!$&'()*+,;=%-]{1,512}$/.test(resultSource))
    fault('RESULT_SOURCE', 'must be a URI reference of at most 512 characters')
  for (const name of ['VPC_ENDPOINT', 'SMARTAG_ENDPOINT']) endpoint(name, '')
  let policy: Policy = { refuse: () => undefined }
  const policySetting = said('ATTACHMENT_POLICY')
  try {
    if (policySetting === undefined)
      fault('ATTACHMENT_POLICY', 'is not set; without it nobody may ask for anything (allow-all lets everyone)')
    else policy = readPolicy(policySetting)
  } catch (error) {
    fault('ATTACHMENT_POLICY', (error as Error).message)
  }
  const config: Config = {
    requestQueueUrl,
    deadLetterQueueUrl,
    resultTopicArn,
    resultSource,
    ttlMs: whole('REQUEST_TTL_SECONDS', 86_400, 1, 259_200) * 1_000,
    concurrency: whole('CONCURRENCY', 50, 1, 1_000),
    logLevel: logLevel ?? 'info',
    policy,
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    endpoints: {
      cbn: endpoint('CBN_ENDPOINT', 'https://cbn.aliyuncs.com'),
      sts: endpoint('STS_ENDPOINT', 'https://sts.aliyuncs.com'),
    },
    ...(keys && { alibabaKeys: keys }),
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config }
}

function readKeys(
  said: (name: string) => string | undefined,
  fault: (name: string, message: string) => void,
): AlibabaKeys | undefined {
  const accessKeyId = said('ALIBABA_CLOUD_ACCESS_KEY_ID')
  const accessKeySecret = said('ALIBABA_CLOUD_ACCESS_KEY_SECRET')
  const securityToken = said('ALIBABA_CLOUD_SECURITY_TOKEN')
  if (accessKeyId !== undefined && accessKeySecret === undefined)
    fault('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'is not set, but ALIBABA_CLOUD_ACCESS_KEY_ID is')
  if (accessKeyId === undefined && accessKeySecret !== undefined)
    fault('ALIBABA_CLOUD_ACCESS_KEY_ID', 'is not set, but ALIBABA_CLOUD_ACCESS_KEY_SECRET is')
  if (accessKeyId === undefined || accessKeySecret === undefined) return undefined
  return { accessKeyId, accessKeySecret, ...(securityToken !== undefined && { securityToken }) }
}

const bare = (url: string): string => url.replace(/\/+$/, '').toLowerCase()

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

const parseUrl = (value: string): URL | undefined => (URL.canParse(value) ? new URL(value) : undefined)

const isHttpUrl = (value: string): boolean => /^https?:$/.test(parseUrl(value)?.protocol ?? '')

function isEndpoint(value: string): boolean {
  const url = parseUrl(value)
  if (!url) return false
  if (url.pathname !== '/' || url.search !== '' || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}
