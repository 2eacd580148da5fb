/** The queues and the topic of the settings: checked in one way, for the worker and for every command. */
import { regionFaults } from './aws-region.js'
import { createSettingReader, type Environment } from './setting-reader.js'

export type ResourceSetting = 'REQUEST_QUEUE_URL' | 'DEAD_LETTER_QUEUE_URL' | 'RESULT_TOPIC_ARN'

export interface WantedResource {
  readonly setting: ResourceSetting
  /** The option of a command that takes precedence over the setting, and its value. */
  readonly option?: { readonly name: string; readonly value: string | undefined }
  readonly required?: boolean
}

interface ResourceReading {
  /** Without those that are not set; a value with a fault must not be used. */
  readonly values: Readonly<Partial<Record<ResourceSetting, string>>>
  /** `NAME fault`; the name is that of the option if it was given. */
  readonly faults: readonly string[]
}

/** A fault of the value, worded to follow the name of its setting; undefined if it can be used. */
const FAULTS: Readonly<Record<ResourceSetting, (value: string) => string | undefined>> = {
  REQUEST_QUEUE_URL: queueUrlFault,
  DEAD_LETTER_QUEUE_URL: queueUrlFault,
  RESULT_TOPIC_ARN: (value) =>
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:.+$/.test(value) ? undefined : 'must be the ARN of an SNS topic',
}

/** Reads the wanted ones only: what a command does not use cannot be its fault. */
export function readResources(env: Environment, wanted: readonly WantedResource[]): ResourceReading {
  const { optional } = createSettingReader(env)
  const names = new Map<string, string>()
  const values: Partial<Record<ResourceSetting, string>> = {}
  const faults: string[] = []
  for (const { setting, option, required } of wanted) {
    const given = option?.value
    const value = given === undefined ? optional(setting) : given.trim()
    const name = given === undefined ? setting : (option?.name ?? setting)
    names.set(setting, name)
    if (value === undefined || value === '') {
      const instead = option && given === undefined ? `, and there is no ${option.name}` : ''
      if (required || given !== undefined) faults.push(`${name} is not set${instead}`)
      continue
    }
    values[setting] = value
    const fault = FAULTS[setting](value)
    if (fault !== undefined) faults.push(`${name} ${fault}`)
  }
  const { REQUEST_QUEUE_URL: requests, DEAD_LETTER_QUEUE_URL: deadLetters } = values
  if (requests !== undefined && deadLetters !== undefined && normalizeUrl(requests) === normalizeUrl(deadLetters))
    faults.push(`${names.get('DEAD_LETTER_QUEUE_URL')} must not be the request queue`)
  const { REQUEST_QUEUE_URL: _one, DEAD_LETTER_QUEUE_URL: _other, ...rest } = env
  for (const { name, message } of regionFaults({ ...rest, ...values }))
    faults.push(`${names.get(name) ?? name} ${message}`)
  return { values, faults }
}

function queueUrlFault(value: string): string | undefined {
  const isHttp = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
  return isHttp ? undefined : 'must be a URL, http:// or https://'
}

const normalizeUrl = (url: string): string => url.replace(/\/+$/, '').toLowerCase()
