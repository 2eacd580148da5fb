/** The regions that settings name: in a queue's URL, in an ARN, and by themselves. */
import type { Environment } from './setting-reader.js'

/** The region in a queue's URL (`https://sqs.eu-west-1.amazonaws.com/…`), or undefined. */
export const regionOfQueueUrl = (url: string): string | undefined => /\/\/sqs\.([a-z0-9-]+)\./.exec(url)?.[1]

/** The region in an ARN, or undefined. */
export const regionOfArn = (arn: string): string | undefined => arn.split(':')[3] || undefined

/** The region that the queues are called in: the one that is set, else that of the request queue. */
export const queueRegionOf = (env: Environment): string | undefined =>
  env.AWS_REGION || env.AWS_DEFAULT_REGION || regionOfQueueUrl(env.REQUEST_QUEUE_URL ?? '')

/** Queues elsewhere than where they would be called: SQS takes a request in the region that it was signed for only. */
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
