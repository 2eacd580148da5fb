/** The queues and the topic that a command uses, by option or setting. */
import { type ResourceSetting, readResources, type WantedResource } from '../../lib/config/aws-resources.js'
import type { Environment } from '../../lib/config/config.js'
import { UsageError } from './print.js'

/** Throws wrong use with `faults` and those of the resources. The values are those that are set. */
export function usableResources(
  env: Environment,
  wanted: readonly WantedResource[],
  faults: readonly string[] = [],
): Readonly<Partial<Record<ResourceSetting, string>>> {
  const reading = readResources(env, wanted)
  if (faults.length + reading.faults.length > 0) throw new UsageError([...faults, ...reading.faults])
  return reading.values
}

export const requestQueue = (value?: string): WantedResource => ({
  setting: 'REQUEST_QUEUE_URL',
  option: { name: '--queue-url', value },
  required: true,
})
export const deadLetterQueue = (value?: string, required = false): WantedResource => ({
  setting: 'DEAD_LETTER_QUEUE_URL',
  option: { name: '--dlq-url', value },
  required,
})
export const resultTopic = (value?: string): WantedResource => ({
  setting: 'RESULT_TOPIC_ARN',
  option: { name: '--topic-arn', value },
})
