/** A proxy before the queue server that refuses some calls: the faults of SQS and SNS, as data. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface QueueFault {
  /** `Publish`, or an SQS action such as `DeleteMessage`. */
  readonly action: string
  /** How many of its next calls fail. */
  readonly times: number
  /** `refuse`: HTTP 500 before the effect. `lose`: the effect happens, the answer is cut off. */
  readonly how: 'refuse' | 'lose'
}

export interface QueueProxy {
  readonly url: string
  /** How many calls it has failed. */
  struck(): number
  stop(): Promise<void>
}

export async function startQueueProxy(target: string, faults: readonly QueueFault[]): Promise<QueueProxy> {
  const left = faults.map((fault) => ({ ...fault }))
  let struck = 0
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece) => pieces.push(piece))
    incoming.on('end', () => {
      const body = Buffer.concat(pieces)
      const action =
        String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ??
        new URLSearchParams(body.toString()).get('Action')
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
      // The queue server knows its queues by the URL that it gave them.
      const text = Buffer.from(body.toString().replaceAll(proxied, target))
      const headers = { ...incoming.headers, 'content-length': String(text.length) }
      const onward = request(
        target + (incoming.url ?? '/'),
        { method: incoming.method ?? 'POST', headers },
        (answer) => {
          if (fault?.how === 'lose') {
            answer.resume()
            incoming.socket.resetAndDestroy()
            return
          }
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
          answer.pipe(outgoing)
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
