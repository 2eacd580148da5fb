/** HTTP responses of the console: never cached, never framed, nothing loaded from elsewhere. */
import type { ServerResponse } from 'node:http'

/** Style and script are files of the console; nothing inline runs, and only the code of a chart may turn text into markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types chart',
].join('; ')

export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

export interface HttpAnswer {
  readonly status?: number
  readonly type: string
  readonly text: string
}

export const json = (value: unknown, status = 200): HttpAnswer => ({
  status,
  type: 'application/json',
  text: JSON.stringify(value),
})

export function send(response: ServerResponse, { status = 200, type, text }: HttpAnswer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` })
  response.end(text)
}
