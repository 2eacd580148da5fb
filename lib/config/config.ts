/** Reads the settings of a worker or function and reports all faults at once. */
import { DEFAULT_CAPS, type LimiterCaps } from '../admission/limiter.js'
import { type ReadFile, readPolicy } from '../policy/load.js'
import { ALLOW_ALL, type Policy } from '../policy/policy.js'
import type { LogLevel } from '../telemetry/log.js'
import {
  type AlibabaIdentity,
  type AlibabaSettings,
  readAlibabaSettings,
  readIdentity,
  readLogLevel,
} from './alibaba.js'
import { readResources } from './aws-resources.js'
import { type AttacherSetting, readAttacher } from './function-compute.js'
import { createSettingReader, type Environment } from './setting-reader.js'
import { readTelemetrySettings, type TelemetrySettings } from './telemetry.js'

export type { Environment }

/** Messages that the worker handles at once. One whose result waits for its batch keeps its slot (docs/overhead.md). */
export const DEFAULT_CONCURRENCY = 100

export interface Config extends AlibabaSettings, TelemetrySettings {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly resultTopicArn: string
  readonly resultSource: string
  readonly ttlMs: number
  readonly concurrency: number
  readonly caps: LimiterCaps
  readonly logLevel: LogLevel
  readonly policy: Policy
  readonly alibabaIdentity: AlibabaIdentity
  readonly attacher: AttacherSetting
}

const RESOURCES = (['REQUEST_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL', 'RESULT_TOPIC_ARN'] as const).map((setting) => ({
  setting,
  required: true,
}))

/** Stand for required settings that are missing, have faults, or do not matter; nothing may use them. */
export const UNUSED_SETTINGS: Environment = {
  REQUEST_QUEUE_URL: 'https://queue.invalid/requests',
  DEAD_LETTER_QUEUE_URL: 'https://queue.invalid/dead-letters',
  RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:none',
  ATTACHMENT_POLICY: ALLOW_ALL,
}

type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Reads the settings from `env`, and the policy by `readFile`. */
export function readConfig(env: Environment, readFile: ReadFile): ConfigReading {
  const reader = createSettingReader(env)
  const { optional, fault, integer } = reader
  const resources = readResources(env, RESOURCES)
  const { REQUEST_QUEUE_URL: requestQueueUrl = '', DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl = '' } = resources.values
  const { RESULT_TOPIC_ARN: resultTopicArn = '' } = resources.values
  const logLevel = readLogLevel(reader)
  const attacher = readAttacher(reader)
  const alibaba = readAlibabaSettings(reader)
  const telemetry = readTelemetrySettings(reader)
  const alibabaIdentity = readIdentity(reader)
  const resultSource = optional('RESULT_SOURCE') ?? 'urn:cen-attach'
  if (!/^[\w.~:/?#[\]@!$&'()*+,;=%-]{1,512}$/.test(resultSource))
    fault('RESULT_SOURCE', 'must be a URI reference of at most 512 characters')
  const policySetting = optional('ATTACHMENT_POLICY')
  if (policySetting === undefined)
    fault('ATTACHMENT_POLICY', 'is not set; without it no request is allowed (allow-all allows every sender)')
  const policy = readPolicy(policySetting ?? ALLOW_ALL, readFile)
  for (const message of policy.faults) fault('ATTACHMENT_POLICY', message)
  const config: Config = {
    requestQueueUrl,
    deadLetterQueueUrl,
    resultTopicArn,
    resultSource,
    ttlMs: (integer('REQUEST_TTL_SECONDS', 1, 259_200) ?? 86_400) * 1_000,
    concurrency: integer('CONCURRENCY', 1, 1_000) ?? DEFAULT_CONCURRENCY,
    caps: {
      callsPerSecond: integer('CALLS_PER_SECOND_MAX', 1, 1_000) ?? DEFAULT_CAPS.callsPerSecond,
      atOncePerCen: integer('ATTACHES_PER_CEN_MAX', 1, 1_000) ?? DEFAULT_CAPS.atOncePerCen,
    },
    logLevel,
    policy: policy.policy,
    ...alibaba,
    ...telemetry,
    alibabaIdentity,
    attacher,
  }
  const faults = [...resources.faults, ...reader.faults]
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config }
}
