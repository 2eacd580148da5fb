/** A proxy before the queue server: it refuses some calls (the faults of SQS and SNS, as data), and tells senders apart, as SQS does. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refuseFirstEntry } from './batch-refusal.js'

export interface QueueFault {
  /** `PublishBatch`, or an SQS action such as `DeleteMessageBatch`. */
  readonly action: string
  /** How many of its next calls fail. */
  readonly times: number
  /** `refuse`: HTTP 500 before the effect. `lose`: the effect happens, the answer is cut off. `part`: of a batch, its first entry is refused. */
  readonly how: 'refuse' | 'lose' | 'part'
}

export interface QueueProxy {
  readonly url: string
  /** How many calls it has failed. */
  struck(): number
  stop(): Promise<void>
}

/** The sender id of whoever signs with an access key. */
export type Senders = Readonly<Record<string, string>>

export interface Tap {
  /** Sees every call before it goes on; what it returns goes on instead. */
  asked?(action: string, input: string): string | undefined
  /** What the caller is to get for an answer to what it asked. */
  answered?(action: string, answer: string, asked: string): string
}

export async function startQueueProxy(
  target: string,
  faults: readonly QueueFault[],
  senders: Senders = {},
  tap: Tap = {},
): Promise<QueueProxy> {
  const senderOf = new Map<string, string>()
  /** Remembers who sent what, and tells it where it is received: the queue server knows one sender only. */
  const tellSenders = (answer: string, authorization = ''): string => {
    const said = JSON.parse(answer || '{}')
    const sender = senders[/Credential=([^/]+)/.exec(authorization)?.[1] ?? '']
    for (const { MessageId } of [said, ...(said.Successful ?? [])])
      if (MessageId !== undefined && sender !== undefined) senderOf.set(MessageId, sender)
    for (const { MessageId, Attributes } of said.Messages ?? [])
      if (Attributes?.SenderId !== undefined) Attributes.SenderId = senderOf.get(MessageId) ?? Attributes.SenderId
    return JSON.stringify(said)
  }
  const left = faults.map((fault) => ({ ...fault }))
  let struck = 0
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece) => pieces.push(piece))
    incoming.on('end', () => {
      const body = Buffer.concat(pieces)
      const action =
        String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ??
        new URLSearchParams(body.toString()).get('Action') ??
        ''
      const asked = tap.asked?.(action, body.toString()) ?? body.toString()
      const fault = left.find((one) => one.action === action && one.times > 0)
      if (fault) {
        fault.times -= 1
        struck += 1
      }
      if (fault?.how === 'refuse') {
        outgoing.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' })
        outgoing.end('{"__type":"InternalFailure","message":"refused by the plan"}')
        return
      }
      const part = fault?.how === 'part' ? refuseFirstEntry(asked) : undefined
      if (part && part.asked === undefined) {
        outgoing.writeHead(200, { 'content-type': asked.startsWith('{') ? 'application/x-amz-json-1.0' : 'text/xml' })
        outgoing.end(part.told(''))
        return
      }
      // The queue server knows its queues by the URL that it gave them.
      const text = Buffer.from((part?.asked ?? asked).replaceAll(proxied, target))
      const { host } = new URL(target)
      const headers = { ...incoming.headers, host, 'content-length': String(text.length) }
      const onward = request(
        target + (incoming.url ?? '/'),
        { method: incoming.method ?? 'POST', headers },
        (answer) => {
          if (fault?.how === 'lose') {
            answer.resume()
            incoming.socket.resetAndDestroy()
            return
          }
          const parts: Buffer[] = []
          answer.on('data', (part) => parts.push(part))
          answer.on('end', () => {
            const said = Buffer.concat(parts).toString()
            const marked = /^(?:Send|Receive)Message/.test(action)
              ? tellSenders(said, incoming.headers.authorization)
              : said
            const partly = part?.told(marked) ?? marked
            const told = tap.answered?.(action, partly, asked) ?? partly
            const { 'content-length': _, ...headers } = answer.headers
            outgoing.writeHead(answer.statusCode ?? 500, headers)
            outgoing.end(told)
          })
        },
      )
      onward.on('error', () => incoming.socket.destroy())
      onward.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxied = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: proxied,
    struck: () => struck,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
