/** AWS regions of the settings: in the URL of a queue, in an ARN, or set by themselves. */
import type { Environment } from './setting-reader.js'

export const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/

/** The region in the URL of a queue (`https://sqs.eu-west-1.amazonaws.com/…`), or undefined. */
const regionOfQueueUrl = (url: string): string | undefined => /\/\/sqs\.([a-z0-9-]+)\./.exec(url)?.[1]

/** The region in an ARN, or undefined. */
export const regionOfArn = (arn: string): string | undefined => arn.split(':')[3] || undefined

/** The region in which the queues are called: the one that is set, else that of the request queue. */
export const queueRegionOf = (env: Environment): string | undefined =>
  env.AWS_REGION || env.AWS_DEFAULT_REGION || regionOfQueueUrl(env.REQUEST_QUEUE_URL ?? '')

/** Queues outside the region in which they are called: SQS accepts a request only in the region that it was signed for. */
export function regionFaults(env: Environment): { readonly name: string; readonly message: string }[] {
  const here = queueRegionOf(env)
  if (env.AWS_ENDPOINT_URL_SQS || env.AWS_ENDPOINT_URL) return []
  return ['REQUEST_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'].flatMap((name) => {
    const there = regionOfQueueUrl(env[name] ?? '')
    if (here === undefined || there === undefined || there === here) return []
    return [
      { name, message: `is in ${there}, but queues are called in ${here} (AWS_REGION, or else REQUEST_QUEUE_URL)` },
    ]
  })
}
