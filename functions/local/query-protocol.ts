/** Translates the query protocol of SQS (form to XML), which older AWS clients use, to the JSON protocol. */
import { Builder } from 'xml2js'

type JsonObject = Readonly<Record<string, unknown>>
type Form = Readonly<Record<string, string>>

interface QueryAction {
  /** The members of the XML result from those of the JSON response; by default the same. */
  readonly toResult?: (answer: JsonObject) => JsonObject
}

const pairs = (map: unknown) => Object.entries((map ?? {}) as JsonObject).map(([Name, Value]) => ({ Name, Value }))

const toMessage = ({ Attributes, MessageAttributes, ...message }: JsonObject): JsonObject => ({
  ...message,
  Attribute: pairs(Attributes),
  MessageAttribute: pairs(MessageAttributes),
})

/** Amazon SQS API reference, 2012-11-05. */
const ACTIONS: Readonly<Record<string, QueryAction>> = {
  CreateQueue: {},
  GetQueueUrl: {},
  ListQueues: { toResult: ({ QueueUrls }) => ({ QueueUrl: QueueUrls ?? [] }) },
  SendMessage: {},
  ReceiveMessage: { toResult: ({ Messages }) => ({ Message: ((Messages ?? []) as JsonObject[]).map(toMessage) }) },
  DeleteMessage: {},
  ChangeMessageVisibility: {},
  GetQueueAttributes: { toResult: ({ Attributes }) => ({ Attribute: pairs(Attributes) }) },
  SetQueueAttributes: {},
  PurgeQueue: {},
  DeleteQueue: {},
}

const NUMBERS = new Set(['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds'])
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
}

export const isQueryRequest = (form: Form): boolean => Object.hasOwn(ACTIONS, form.Action ?? '')

/** The input of the JSON protocol for a form. The form or the path of its URL names the queue. */
export function toJsonInput(form: Form, url: string): JsonObject {
  const input: Record<string, unknown> = /^http:\/\/[^/]+\/.+/.test(url) ? { QueueUrl: url } : {}
  const attributes = new Map<string, Record<string, string>>()
  for (const [name, value] of Object.entries(form)) {
    const [member = '', index, ...rest] = name.split('.')
    if (member === 'Action' || member === 'Version') continue
    if (index === undefined) input[member] = NUMBERS.has(member) ? Number(value) : value
    else if (LISTS[member]) input[LISTS[member]] = [...((input[LISTS[member]] as string[]) ?? []), value]
    else {
      const entry = attributes.get(`${member}.${index}`) ?? {}
      attributes.set(`${member}.${index}`, { ...entry, [rest.join('.')]: value })
    }
  }
  const named = (member: string) =>
    [...attributes].filter(([key]) => key.startsWith(`${member}.`)).map(([, entry]) => entry)
  const plain = named('Attribute').map(({ Name = '', Value = '' }) => [Name, Value])
  const typed = named('MessageAttribute').map(({ Name = '', ...value }) => [Name, withoutPrefix(value)])
  if (plain.length > 0) input.Attributes = Object.fromEntries(plain)
  if (typed.length > 0) input.MessageAttributes = Object.fromEntries(typed)
  return input
}

const withoutPrefix = (value: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(value).map(([name, text]) => [name.replace('Value.', ''), text]))

/** The XML of a response of the JSON protocol. */
export function toXml(action: string, status: number, answer: JsonObject): string {
  const builder = new Builder({ headless: true })
  const RequestId = '00000000-0000-0000-0000-000000000000'
  if (status >= 400) {
    const Code = String(answer.__type ?? 'InternalFailure')
      .split('#')
      .pop()
    return builder.buildObject({
      ErrorResponse: { Error: { Type: 'Sender', Code, Message: answer.message ?? '' }, RequestId },
    })
  }
  const result = ACTIONS[action]?.toResult?.(answer) ?? answer
  return builder.buildObject({
    [`${action}Response`]: {
      $: { xmlns: 'http://queue.amazonaws.com/doc/2012-11-05/' },
      [`${action}Result`]: result,
      ResponseMetadata: { RequestId },
    },
  })
}
