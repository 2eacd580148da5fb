/** Sending to a standard queue that refuses MessageGroupId, over a client that the test answers for. */
import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { sendMessages } from '../../lib/aws/send-messages.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'

const TEXT = 'The request include parameter that is not valid for this queue type'
const MESSAGES = Array.from({ length: 25 }, (_, index) => ({
  body: `body ${index}`,
  fairGroup: 'account',
  orderGroup: 'network',
  deduplicationId: String(index),
}))

async function sending(refuse: 'the call' | 'each entry' | 'nothing', groups?: boolean, url = 'http://queue/requests') {
  const bodies: string[] = []
  const calls: boolean[] = []
  const send = async ({ input: { Entries = [] } }: SendMessageBatchCommand) => {
    const grouped = Entries.some(({ MessageGroupId }) => MessageGroupId !== undefined)
    calls.push(grouped)
    if (grouped && refuse === 'the call') throw Object.assign(new Error(TEXT), { name: 'InvalidParameterValue' })
    if (grouped && refuse === 'each entry') {
      const failure = { Code: 'InvalidParameterValue', Message: TEXT, SenderFault: true }
      return { Failed: Entries.map(({ Id }) => ({ Id, ...failure })) }
    }
    bodies.push(...Entries.map(({ MessageBody = '' }) => MessageBody))
    return { Successful: Entries.map(({ Id }) => ({ Id })) }
  }
  const accepted: number[] = []
  let warnings = 0
  const options = { clock: systemClock, stop: new AbortController().signal, groups, ungrouped: () => void warnings++ }
  const onSent = async (indexes: readonly number[]) => void accepted.push(...indexes)
  const count = await sendMessages({ send } as unknown as SQSClient, url, MESSAGES, onSent, options)
  return { bodies, calls, accepted, warnings, count }
}

describe('a queue that refuses MessageGroupId', () => {
  it.each(['the call', 'each entry'] as const)(
    'by %s gets every message once without it, and one warning is given',
    async (by) => {
      const { bodies, calls, accepted, warnings, count } = await sending(by)
      expect(bodies).toEqual(MESSAGES.map(({ body }) => body))
      expect(accepted).toEqual(MESSAGES.map((_, index) => index))
      expect([count, warnings]).toEqual([25, 1])
      expect(calls).toEqual([true, false, false, false])
    },
  )

  it('gets none with --no-groups', async () => {
    expect(await sending('the call', false)).toMatchObject({ calls: [false, false, false], warnings: 0, count: 25 })
  })

  it('keeps its MessageGroupId if it is a FIFO queue', async () => {
    await expect(sending('the call', false, 'http://queue/requests.fifo')).rejects.toThrow(TEXT)
  })

  it('is distinguished from a queue that accepts it', async () => {
    expect(await sending('nothing')).toMatchObject({ calls: [true, true, true], warnings: 0 })
  })
})
