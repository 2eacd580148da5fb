/** AWS Secrets Manager on loopback, for one secret. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface FakeSecretsManager {
  readonly url: string
  /** The secret ids of the requests, in order. */
  readonly requests: string[]
  /** The text of the secret from now on; undefined: access is denied. */
  hold(text: string | undefined): void
  stop(): Promise<void>
}

export async function startFakeSecretsManager(): Promise<FakeSecretsManager> {
  const requests: string[] = []
  let text: string | undefined
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const { SecretId } = JSON.parse(body)
    requests.push(SecretId)
    const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')
    const isGet = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue'
    const refused = !signed || !isGet || text === undefined
    response.writeHead(refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    const answer = refused
      ? { __type: 'AccessDeniedException', Message: 'no identity-based policy allows the action' }
      : { ARN: SecretId, Name: 'cen-attach', SecretString: text }
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hold(newText) {
      text = newText
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
