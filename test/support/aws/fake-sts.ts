/** A fake STS on loopback: signs web identity tokens, as outbound identity federation does, and answers GetCallerIdentity. */
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'

export const ISSUER = 'https://a1b2c3d4.tokens.sts.global.api.aws'
export const SUBJECT = 'arn:aws:iam::123456789012:role/cen-attach-worker'

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const issuerKeys = pair()

/** The public half, for the emulator's world. */
export const JWKS = {
  keys: [{ ...issuerKeys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
}

interface TokenFacts {
  readonly audience?: string
  readonly issuer?: string
  /** Negative: the token has expired. */
  readonly seconds?: number
  /** True: signed with another key. */
  readonly forged?: boolean
  readonly nowMs?: number
}

/** Signed by an independent library, not by the code under test. */
export async function signToken({
  audience = 'sts.aliyuncs.com',
  issuer = ISSUER,
  seconds = 300,
  forged,
  nowMs = Date.now(),
}: TokenFacts = {}): Promise<string> {
  const key = forged ? pair().privateKey : issuerKeys.privateKey
  return new SignJWT({ iss: issuer, sub: SUBJECT, aud: audience, exp: Math.floor(nowMs / 1_000) + seconds })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(key)
}

export interface FakeSts {
  readonly url: string
  /** The forms of the requests, in order. */
  readonly requests: URLSearchParams[]
  /** Every later request for a token is denied. */
  refuse(): void
  stop(): Promise<void>
}

/** `users`: the user id in the answer of GetCallerIdentity, by access key. */
export async function startFakeSts(
  now: () => number = Date.now,
  users: Readonly<Record<string, string>> = {},
): Promise<FakeSts> {
  const requests: URLSearchParams[] = []
  let refused = false
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const form = new URLSearchParams(body)
    requests.push(form)
    response.setHeader('content-type', 'text/xml')
    const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')
    const user = users[/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '']
    if (signed && user !== undefined && form.get('Action') === 'GetCallerIdentity') {
      response.end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>${user}</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      )
      return
    }
    if (refused || !signed || form.get('Action') !== 'GetWebIdentityToken') {
      response.writeHead(403)
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
      )
      return
    }
    const token = await signToken({ audience: form.get('Audience.member.1') ?? '', nowMs: now() })
    response.end(
      `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken><Expiration>2099-01-01T00:00:00Z</Expiration></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    refuse: () => {
      refused = true
    },
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
