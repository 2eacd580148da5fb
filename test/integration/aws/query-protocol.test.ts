/** The embedded queue server over the query protocol of SQS, which older clients use. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type QueueServer, startQueueServer } from '../../../functions/local/queue-server.js'

let server: QueueServer
beforeAll(async () => {
  server = await startQueueServer()
})
afterAll(() => server.stop())

const call = async (url: string, form: Record<string, string>) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ Version: '2012-11-05', ...form }) })
  return { status: answer.status, xml: await answer.text() }
}

it('a message is sent and received, with attributes, at the path of its queue', async () => {
  const { xml } = await call(server.url, {
    Action: 'CreateQueue',
    QueueName: 'old',
    'Attribute.1.Name': 'VisibilityTimeout',
    'Attribute.1.Value': '7',
  })
  const queue = /<QueueUrl>(.*)<\/QueueUrl>/.exec(xml)?.[1] ?? ''
  expect(queue).toBe(`${server.url}/000000000000/old`)
  await call(queue, {
    Action: 'SendMessage',
    MessageBody: '<a> & "b"',
    'MessageAttribute.1.Name': 'colour',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'red',
  })
  const received = await call(queue, {
    Action: 'ReceiveMessage',
    MaxNumberOfMessages: '10',
    'AttributeName.1': 'All',
    'MessageAttributeName.1': 'All',
  })
  expect(received.xml).toContain('<Body>&lt;a&gt; &amp; "b"</Body>')
  expect(received.xml.replace(/\s+/g, '')).toContain(
    '<MessageAttribute><Name>colour</Name><Value><DataType>String</DataType><StringValue>red</StringValue></Value></MessageAttribute>',
  )
  expect(received.xml.replace(/\s+/g, '')).toContain('<Name>ApproximateReceiveCount</Name><Value>1</Value>')
  const attributes = await call(queue, { Action: 'GetQueueAttributes', 'AttributeName.1': 'All' })
  expect(attributes.xml.replace(/\s+/g, '')).toContain('<Name>VisibilityTimeout</Name><Value>7</Value>')
})

it('an error has the form of the query protocol', async () => {
  const { status, xml } = await call(server.url, { Action: 'GetQueueUrl', QueueName: 'nowhere' })
  expect(status).toBe(400)
  expect(xml).toMatch(/<ErrorResponse>[\s\S]*<Code>QueueDoesNotExist<\/Code>/)
})
