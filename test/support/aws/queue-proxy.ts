/** A proxy in front of the queue server: fails some calls, by data, and sets the sender id of each message, as SQS does. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refuseFirstEntry } from './batch-refusal.js'

export interface QueueFault {
  /** `PublishBatch`, or an SQS action such as `DeleteMessageBatch`. */
  readonly action: string
  /** How many of its next calls fail. */
  readonly times: number
  /** `refuse`: HTTP 500 before the effect. `lose`: the effect happens, the answer is lost. `part`: the first entry of a batch is refused. */
  readonly how: 'refuse' | 'lose' | 'part'
}

export interface QueueProxy {
  readonly url: string
  /** The number of calls that it has failed. */
  faultCount(): number
  stop(): Promise<void>
}

/** Sender ids by access key. */
export type Senders = Readonly<Record<string, string>>

export interface Tap {
  /** Called with every request before it is forwarded; a returned text replaces the request. */
  onRequest?(action: string, input: string): string | undefined
  /** Called with every answer; the returned text replaces it. */
  onAnswer?(action: string, answer: string, input: string): string
}

export async function startQueueProxy(
  target: string,
  faults: readonly QueueFault[],
  senders: Senders = {},
  tap: Tap = {},
): Promise<QueueProxy> {
  const senderOf = new Map<string, string>()
  /** Records the sender of each message and sets it on receive: the queue server itself knows one sender only. */
  const withSenders = (answer: string, authorization = ''): string => {
    const body = JSON.parse(answer || '{}')
    const sender = senders[/Credential=([^/]+)/.exec(authorization)?.[1] ?? '']
    for (const { MessageId } of [body, ...(body.Successful ?? [])])
      if (MessageId !== undefined && sender !== undefined) senderOf.set(MessageId, sender)
    for (const { MessageId, Attributes } of body.Messages ?? [])
      if (Attributes?.SenderId !== undefined) Attributes.SenderId = senderOf.get(MessageId) ?? Attributes.SenderId
    return JSON.stringify(body)
  }
  const left = faults.map((fault) => ({ ...fault }))
  let faultCount = 0
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece) => pieces.push(piece))
    incoming.on('end', () => {
      const body = Buffer.concat(pieces)
      const action =
        String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ??
        new URLSearchParams(body.toString()).get('Action') ??
        ''
      const input = tap.onRequest?.(action, body.toString()) ?? body.toString()
      const fault = left.find((one) => one.action === action && one.times > 0)
      if (fault) {
        fault.times -= 1
        faultCount += 1
      }
      if (fault?.how === 'refuse') {
        outgoing.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' })
        outgoing.end('{"__type":"InternalFailure","message":"refused by the plan"}')
        return
      }
      const part = fault?.how === 'part' ? refuseFirstEntry(input) : undefined
      if (part && part.remainingInput === undefined) {
        outgoing.writeHead(200, { 'content-type': input.startsWith('{') ? 'application/x-amz-json-1.0' : 'text/xml' })
        outgoing.end(part.withRefusal(''))
        return
      }
      // The queue server identifies its queues by its own URLs.
      const text = Buffer.from((part?.remainingInput ?? input).replaceAll(proxied, target))
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
            const serverBody = Buffer.concat(parts).toString()
            const marked = /^(?:Send|Receive)Message/.test(action)
              ? withSenders(serverBody, incoming.headers.authorization)
              : serverBody
            const partly = part?.withRefusal(marked) ?? marked
            const answerBody = tap.onAnswer?.(action, partly, input) ?? partly
            const { 'content-length': _, ...headers } = answer.headers
            outgoing.writeHead(answer.statusCode ?? 500, headers)
            outgoing.end(answerBody)
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
    faultCount: () => faultCount,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
