/** The settings, read from an environment that a door passes in; every fault is named at once. */
import { type AlibabaIdentity, readIdentity } from './alibaba-identity.js'
import { ALLOW_ALL, type Policy } from './policy.js'
import { type ReadFile, readPolicy } from './policy-setting.js'

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
  /** The role that grants for the owner of a child instance, in the owner's account. */
  readonly grantRoleName?: string
  readonly endpoints: AlibabaEndpoints
  readonly alibabaIdentity: AlibabaIdentity
}

export interface AlibabaEndpoints {
  readonly cbn: string
  readonly sts: string
  /** Absent: that of the region of a call. */
  readonly vpc?: string
  readonly smartag?: string
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Reads the settings of a worker or function. Pure: the environment is passed in, and what reads the policy's file. */
export function readConfig(env: Environment, readFile: ReadFile): ConfigReading {
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
  const alibabaIdentity = readIdentity(said, fault)
  const grantRoleName = said('GRANT_ROLE_NAME')
  if (grantRoleName !== undefined && !/^[\w.-]{1,64}$/.test(grantRoleName))
    fault('GRANT_ROLE_NAME', 'must be the name of a RAM role: 1 to 64 characters of A-Z a-z 0-9 . _ -')
  const resultSource = said('RESULT_SOURCE') ?? 'urn:cen-attach'
  if (!/^[\w.~:/?#[\]@!$&'()*+,;=%-]{1,512}$/.test(resultSource))
    fault('RESULT_SOURCE', 'must be a URI reference of at most 512 characters')
  const vpc = endpoint('VPC_ENDPOINT', '')
  const smartag = endpoint('SMARTAG_ENDPOINT', '')
  const policySetting = said('ATTACHMENT_POLICY')
  if (policySetting === undefined)
    fault('ATTACHMENT_POLICY', 'is not set; without it nobody may ask for anything (allow-all lets everyone)')
  const policy = readPolicy(policySetting ?? ALLOW_ALL, readFile)
  for (const message of policy.faults) fault('ATTACHMENT_POLICY', message)
  const config: Config = {
    requestQueueUrl,
    deadLetterQueueUrl,
    resultTopicArn,
    resultSource,
    ttlMs: whole('REQUEST_TTL_SECONDS', 86_400, 1, 259_200) * 1_000,
    concurrency: whole('CONCURRENCY', 50, 1, 1_000),
    logLevel: logLevel ?? 'info',
    policy: policy.policy,
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    endpoints: {
      cbn: endpoint('CBN_ENDPOINT', 'https://cbn.aliyuncs.com'),
      sts: endpoint('STS_ENDPOINT', 'https://sts.aliyuncs.com'),
      ...(vpc !== '' && { vpc }),
      ...(smartag !== '' && { smartag }),
    },
    alibabaIdentity,
    ...(grantRoleName !== undefined && { grantRoleName }),
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config }
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
