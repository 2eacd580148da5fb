/** One call of an API, made and told of. */
import type { Observer } from './observer.js'
import type { Answer, CallLimits, Clock } from './ports.js'

/** Makes the call, and tells the observer and the receipt that it is made for what came of it. `call` never rejects. */
export async function observed<T>(
  action: string,
  call: () => Promise<Answer<T>>,
  { receipt }: CallLimits,
  { observer, clock }: { readonly observer: Observer; readonly clock: Clock },
): Promise<Answer<T>> {
  const startedMs = clock.now()
  const span = observer.span({ kind: 'call', name: action, startedMs, parent: receipt?.trace() })
  const answer = await call()
  const failure = answer.ok ? {} : { code: answer.failure.code, kind: answer.failure.kind }
  const endedMs = clock.now()
  const told = { action, tookMs: endedMs - startedMs, ...failure }
  span.end(endedMs, told)
  receipt?.called(told)
  observer.called(told)
  return answer
}
