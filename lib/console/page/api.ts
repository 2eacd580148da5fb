/** Calls of the page to the console, with the token of its address, which only this tab keeps. */
import { createParser } from 'eventsource-parser'

const KEY = 'console-token'

/** Moves the token from the address into the session storage, so that neither history nor screen shows it. */
export function takeToken(): void {
  const token = location.hash.slice(1)
  if (!/^[\w-]{20,}$/.test(token)) return
  sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', location.pathname)
}

/** The console refused the token of this page. */
class TokenRefused extends Error {}

/** Rejects with the console's reason if the status is not 2xx. */
export async function callApi(path: string, init: RequestInit = {}): Promise<Response> {
  const authorization = `Bearer ${sessionStorage.getItem(KEY) ?? ''}`
  const response = await fetch(path, { ...init, headers: { ...init.headers, authorization } })
  if (response.ok) return response
  const { why = `HTTP status ${response.status}` } = (await response.json().catch(() => ({}))) as { why?: string }
  throw response.status === 401 ? new TokenRefused(why) : new Error(why)
}

export const postApi = (path: string, value: unknown): Promise<Response> =>
  callApi(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })

export type ConnectionState = 'connecting' | 'live' | 'lost' | 'refused'

interface Listener {
  /** An event, as JSON. */
  onData(text: string): void
  connection(connection: ConnectionState): void
}

const [MIN_RETRY_MS, MAX_RETRY_MS] = [500, 5_000]
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Reads the events with `fetch`, since `EventSource` cannot send the token's header. Reconnects until the token is refused. */
export async function openEventStream({ onData, connection }: Listener): Promise<void> {
  let waitMs = MIN_RETRY_MS
  const parser = createParser({ onEvent: ({ data }) => onData(data) })
  for (;;) {
    try {
      const { body } = await callApi('/api/events')
      if (!body) throw new Error('the response has no body')
      connection('live')
      waitMs = MIN_RETRY_MS
      parser.reset({ consume: false })
      const reader = body.pipeThrough(new TextDecoderStream()).getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) parser.feed(read.value)
    } catch (error) {
      if (error instanceof TokenRefused) return connection('refused')
    }
    connection('lost')
    await sleep(waitMs)
    waitMs = Math.min(MAX_RETRY_MS, waitMs * 2)
  }
}
