/** A fake SNS on loopback: serves its certificate over TLS and signs notifications with the key. */
import { sign } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../../../lib/emulator/http/certificate.js'

export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:landing-zone'
export const CERTIFICATE_URL =
  'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem'

const SUBJECT = { commonName: 'sns.amazonaws.com', addresses: [] }
const DIGESTS = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' } as const

interface NotificationFields {
  readonly version?: '1' | '2'
  readonly subject?: string
  readonly topicArn?: string
  readonly timestamp?: string
}

export type FakeSns = Awaited<ReturnType<typeof startFakeSns>>

export async function startFakeSns() {
  // SNS signs with RSA keys.
  const signing = selfSigned(Date.now(), { ...SUBJECT, hosts: ['sns.amazonaws.com'], keyType: 'rsa' })
  const host = selfSigned(Date.now(), { ...SUBJECT, hosts: ['sns.us-east-1.amazonaws.com'], keyType: 'ec' })
  const requests: string[] = []
  let status = 200
  let silent = false
  const server = createServer({ key: host.key, cert: host.cert }, (request, response) => {
    requests.push(request.url ?? '')
    if (silent) return
    response.writeHead(status)
    response.end(status === 200 ? signing.cert : 'Service Unavailable')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    /** Settings for a program that is started with sns-host.mjs. */
    env: {
      SNS_STAND_IN: `127.0.0.1:${port}`,
      SNS_STAND_IN_CA: host.cert,
      NODE_OPTIONS: '--import ./test/support/aws/sns-host.mjs',
    },
    certificate: signing.cert,
    /** The paths of the requests, in order. */
    requests,
    /** The HTTP status of later answers; 0: no answer. */
    answer(code: number) {
      silent = code === 0
      status = code
    },
    /** A notification as SNS delivers it to a queue, without raw delivery. */
    notify(
      message: string,
      { version = '2', subject, topicArn = TOPIC, timestamp }: NotificationFields = {},
    ): Record<string, string> {
      const signed = {
        Message: message,
        MessageId: '8c0b4c6e-6f0e-5a7e-9d4b-1c2d3e4f5a6b',
        ...(subject !== undefined && { Subject: subject }),
        Timestamp: timestamp ?? new Date().toISOString(),
        TopicArn: topicArn,
        Type: 'Notification',
      }
      const text = Object.entries(signed)
        .map(([name, content]) => `${name}\n${content}\n`)
        .join('')
      return {
        ...signed,
        SignatureVersion: version,
        Signature: sign(DIGESTS[version], Buffer.from(text), signing.key).toString('base64'),
        SigningCertURL: CERTIFICATE_URL,
        UnsubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
      }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
