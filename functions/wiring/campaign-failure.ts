/** What is told where the queue or the topic of a campaign cannot be used: which, why, and what to do. */
import { scrub } from '../../lib/scrub.js'
import type { CampaignPlace } from './campaign-place.js'
import { WrongUse } from './terminal.js'
import { isUnreachable } from './unreachable.js'

/** By the name of the SDK's error. */
const CAUSES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'there is no such queue; check REQUEST_QUEUE_URL (or --queue-url) and AWS_REGION',
  NotFound: 'there is no such topic; check RESULT_TOPIC_ARN (or --topic-arn) and AWS_REGION',
  AccessDenied: 'access is denied; docs/permissions.md has what a campaign takes',
  AuthorizationError: 'access is denied; docs/permissions.md has what a campaign takes',
  CredentialsProviderError: 'no AWS credentials could be had; check AWS_PROFILE or AWS_ACCESS_KEY_ID',
  InvalidClientTokenId: 'the AWS credentials are not valid',
}
const AGAIN = 'the same command again is safe: nothing is attached twice'

/** Rejects with what is told in place of what the SDK says; with anything else as it came. */
export async function usingPlace<T>(place: CampaignPlace, done: Promise<T>): Promise<T> {
  try {
    return await done
  } catch (error) {
    const { name, message } = error as Error
    const urls = [place.requestQueueUrl, place.resultTopicArn].filter((one) => one !== undefined).join(', ')
    const cause = Object.entries(CAUSES).find(([known]) => name.startsWith(known))?.[1]
    if (cause !== undefined) throw new WrongUse([`${urls}: ${cause}`])
    if (!isUnreachable(name, message)) throw error
    const where = 'check REQUEST_QUEUE_URL, AWS_REGION and AWS_ENDPOINT_URL'
    throw new Error(`${urls} cannot be reached: ${scrub(message)}; ${where}; ${AGAIN}`)
  }
}
