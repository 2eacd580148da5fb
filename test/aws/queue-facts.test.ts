/** What is read from the attributes of a queue. The local queue server knows no redrive allow policy. */
import type { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { readQueueFacts } from '../../lib/aws/inspection/queue-facts.js'

const SOURCE = 'arn:aws:sqs:eu-central-1:111122223333:requests'

async function redriveFrom(policy: object | undefined) {
  const Attributes = policy ? { RedriveAllowPolicy: JSON.stringify(policy) } : {}
  const sqs = { send: async () => ({ Attributes }) } as unknown as SQSClient
  const facts = await readQueueFacts(sqs, 'https://sqs.eu-central-1.amazonaws.com/111122223333/dead-letters')
  return facts.ok && facts.value.redriveFrom
}

describe('the queues that may move messages to a dead-letter queue', () => {
  it.each([
    ['any without a policy', undefined, 'any'],
    ['any', { redrivePermission: 'allowAll' }, 'any'],
    ['none', { redrivePermission: 'denyAll' }, []],
    ['those that are named', { redrivePermission: 'byQueue', sourceQueueArns: [SOURCE] }, [SOURCE]],
  ])('are %s', async (_name, policy, expected) => {
    expect(await redriveFrom(policy)).toEqual(expected)
  })
})
