/** How the page asks the console: with the token of its address, which stays with this tab. */

const KEY = 'console-token'

/** Takes the token out of the address, so that it stands neither in the history nor on the screen. */
export function takeToken(): void {
  const token = location.hash.slice(1)
  if (!/^[\w-]{20,}$/.test(token)) return
  sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', location.pathname)
}

/** The console does not know this page's token. */
export class Refused extends Error {}

/** Rejects with what the console says is wrong. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const authorization = `Bearer ${sessionStorage.getItem(KEY) ?? ''}`
  const response = await fetch(path, { ...init, headers: { ...init.headers, authorization } })
  if (response.ok) return response
  const { why = `it answers ${response.status}` } = (await response.json().catch(() => ({}))) as { why?: string }
  throw response.status === 401 ? new Refused(why) : new Error(why)
}

export const post = (path: string, value: unknown): Promise<Response> =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
