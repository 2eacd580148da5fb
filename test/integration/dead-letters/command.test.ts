/** `cen-attach dlq` end to end, on dead letters of a real worker. */
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { startQueueProxy } from '../../support/aws/queue-proxy.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type Running, run, start } from '../../support/process.js'

let cloud: TestCloud
const running: Running[] = []
const begin = (args: string[], env: Record<string, string> = {}) => {
  const one = start(args, { ...cloud.env, LOG_LEVEL: 'error', ...env })
  running.push(one)
  return one
}
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
  await cloud.stop()
})

const FIELDS = { cenId: 'cen-1', childInstanceRegionId: 'cn-hangzhou', campaignId: 'wave-3' }
const bodyOf = (childInstanceId: string, more: object = {}) => JSON.stringify({ ...FIELDS, childInstanceId, ...more })
const dlq = (...args: string[]) => run(['dlq', ...args], cloud.env)
const asJson = async (...args: string[]) => JSON.parse((await dlq(...args, '--json')).out)
const counts = async (QueueUrl: string) => {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes } = await cloud.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  )
  return AttributeNames.map((name) => Number(Attributes?.[name]))
}
const bury = async (...bodies: string[]) => {
  for (const MessageBody of bodies)
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl: cloud.queues.deadLetterQueueUrl, MessageBody }))
}
describe('cen-attach dlq', () => {
  it('leads from failed to attached: list, show, edit, redrive; a second failure increments the count', async () => {
    const fault = { code: 'Bid.NotFound', http: 404 }
    const match = { ChildInstanceOwnerId: '1700000000000009' }
    cloud = await startCloud({
      faults: [{ action: 'AttachCenChildInstance', match, fault }],
      limits: { attachMs: 100 },
    })
    begin(['worker'])
    await cloud.send(
      bodyOf('vpc-1', { childInstanceOwnerId: '1700000000000009', requestId: 'mine' }),
      bodyOf('vpc-2', { vpcName: 'x' }),
      bodyOf('vpc-3', { notAfter: '2026-01-01T00:00:00Z' }),
    )
    await bury('hello there')
    await cloud.results(3)
    await cloud.until(async () => (await counts(cloud.queues.deadLetterQueueUrl))[0] === 4)

    const { code, out } = await dlq('list')
    expect(code).toBe(0)
    for (const part of ['Bid.NotFound', 'RequestInvalid', 'RequestExpired', '(foreign)', '4 dead letters, the oldest'])
      expect(out).toContain(part)
    expect(out).toContain('Bid.NotFound: childInstanceOwnerId is not an account that exists; correct it.')
    const listed = await asJson('list', '--by', 'origin', '--campaign', 'wave-3')
    expect(listed).toMatchObject({
      messages: 3,
      elsewhere: 0,
      complete: true,
      groups: [{ key: { origin: 'worker' }, messages: 3, redrivable: 1 }],
    })
    expect((await dlq('show', 'mine')).out).toContain('[resultId]')

    // Unchanged it fails again, as a second submission with a result of its own.
    expect((await dlq('redrive', 'mine')).code).toBe(0)
    const failed = (await cloud.results(4)).filter(({ data }) => data.requestId === 'mine')
    expect(new Set(failed.map(({ id }) => id)).size).toBe(2)
    await cloud.until(async () => (await counts(cloud.queues.deadLetterQueueUrl))[0] === 4)
    expect((await asJson('show', 'mine'))[0]).toMatchObject({ redriveCount: 1, redrive: { redriveCount: 2 } })

    const dry = await dlq('redrive', '--all', '--dry-run')
    expect(dry.code).toBe(1)
    expect(dry.out).toContain('4 selected: 1 would be sent')
    expect(dry.out).toMatch(/notAfter .* has passed\n.*--renew/)

    expect(await asJson('redrive', 'mine', '--edit', 'childInstanceOwnerId=1700000000000002')).toMatchObject({
      sent: 1,
      letters: [{ redriveCount: 2 }],
    })
    expect((await dlq('redrive', '--code', 'RequestInvalid', '--edit', 'vpcName=')).code).toBe(0)
    expect((await dlq('redrive', '--code', 'requestexpired', '--renew')).code).toBe(0)
    const results = await cloud.results(7)
    const attached = results.filter(({ data }) => data.outcome === 'attached')
    expect(attached.map(({ data }) => data.attachment.childInstanceId).sort()).toEqual(['vpc-1', 'vpc-2', 'vpc-3'])
    expect(attached.every(({ data }) => data.campaignId === 'wave-3')).toBe(true)
    const { groups } = await asJson('list')
    expect(groups).toMatchObject([{ key: { code: '(foreign)' }, messages: 1, redrivable: 0 }])
  }, 240_000)

  it('makes held messages visible again on Ctrl-C, and prints that', async () => {
    cloud = await startCloud()
    await bury(...Array.from({ length: 25 }, (_, index) => bodyOf(`vpc-${index}`)))
    let receives = 0
    let lister: Running | undefined
    const proxy = await startQueueProxy(
      cloud.env.AWS_ENDPOINT_URL ?? '',
      [],
      {},
      {
        onRequest(action) {
          // Once: a second signal exits without making messages visible.
          if (action === 'ReceiveMessage' && ++receives === 2) lister?.child.kill('SIGINT')
          return undefined
        },
      },
    )
    const url = (cloud.env.DEAD_LETTER_QUEUE_URL ?? '').replace(cloud.env.AWS_ENDPOINT_URL ?? '', proxy.url)
    lister = begin(['dlq', 'list'], { AWS_ENDPOINT_URL: proxy.url, DEAD_LETTER_QUEUE_URL: url })
    expect(await lister.ended).toBe(1)
    await proxy.stop()
    expect(lister.out()).toContain('interrupted: messages that were held are visible again')
    expect(await counts(cloud.queues.deadLetterQueueUrl)).toEqual([25, 0])
  })

  it.each<[string, string[], string[]]>([
    ['no selection', ['redrive'], ['select messages']],
    ['two of them', ['redrive', '--all', '--code', 'X'], ['--all selects everything']],
    [
      'edits that are none',
      ['redrive', '--all', '--edit', 'cenId=x', '--edit', 'colour=red'],
      ['--edit cenId', '--edit colour'],
    ],
    ['the queue itself', ['redrive', '--all', '--queue-url', 'DLQ'], ['must not be the request queue']],
    ['no such facet', ['list', '--by', 'colour'], ['must be of code, kind']],
    ['no such queue', ['list', '--dlq-url', 'DLQ-nowhere'], ['there is no such queue; check DEAD_LETTER_QUEUE_URL']],
  ])('%s is wrong use, and says what to do', async (_name, args, printed) => {
    cloud = await startCloud()
    const { code, err } = await dlq(...args.map((arg) => arg.replace('DLQ', cloud.queues.deadLetterQueueUrl)))
    for (const part of printed) expect(err).toContain(part)
    expect(code).toBe(2)
  })

  it('reports an empty queue, and an empty selection', async () => {
    cloud = await startCloud()
    expect(await dlq('list')).toMatchObject({ code: 0, out: 'no dead letters\n' })
    await bury(bodyOf('vpc-1'))
    expect((await dlq('list', '--code', 'Nothing')).out).toContain('none of 1 dead letter is selected')
    expect(await dlq('redrive', '--code', 'Nothing')).toMatchObject({
      code: 0,
      out: expect.stringContaining('no dead letter is selected'),
    })
    expect((await dlq('redrive', '12345678')).code).toBe(1)
    const { code, err } = await run(['dlq', 'list'], {})
    expect([code, err]).toEqual([2, expect.stringContaining('DEAD_LETTER_QUEUE_URL is not set')])
  }, 120_000)
})

describe('help', () => {
  it.each(['list', 'show', 'redrive'])('of dlq %s has an example', async (command) => {
    const { code, out } = await run(['dlq', command, '--help'])
    expect(out).toMatch(/Examples:\n/)
    expect(code).toBe(0)
  })
})
