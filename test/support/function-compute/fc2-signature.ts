/** Verifies a signature of Function Compute 2.0: `FC id:base64(hmac-sha256)` (API reference 2016-08-15, signature). */
import { createHash, createHmac } from 'node:crypto'
import { ApiError } from '../../../lib/emulator/api-error.js'
import type { FindKeyHolder, SignedRequest } from '../../../lib/emulator/auth/signature.js'
import type { Caller } from '../../../lib/emulator/world/world.js'

const AUTHORIZATION = /^FC ([^:]+):([A-Za-z0-9+/]+=*)$/
const SKEW_MS = 15 * 60_000

export function verifyFc2Signature(request: SignedRequest, findKeyHolder: FindKeyHolder, nowMs: number): Caller {
  const header = (name: string) => String(request.headers[name] ?? '')
  const [, accessKeyId, signature] = AUTHORIZATION.exec(header('authorization')) ?? []
  if (!accessKeyId || !signature) throw new ApiError('MissingRequiredHeader', { http: 400, message: 'authorization' })
  const holder = findKeyHolder(accessKeyId, header('x-fc-security-token') || undefined)
  const md5 = Buffer.from(createHash('md5').update(request.body).digest('hex')).toString('base64')
  const fcHeaders = Object.keys(request.headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort()
    .map((name) => `${name}:${header(name)}\n`)
    .join('')
  const signed = [request.method, md5, header('content-type'), header('date'), fcHeaders + request.pathname].join('\n')
  const expected = createHmac('sha256', holder.accessKeySecret).update(signed, 'utf8').digest('base64')
  const late = Math.abs(Date.parse(header('date')) - nowMs) > SKEW_MS
  if (expected !== signature || late) throw new ApiError('SignatureNotMatch', { http: 403, message: 'no match' })
  return holder
}
