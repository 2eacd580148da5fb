/** Reports one API call to the observer and to the delivery that it is made for. */
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { Observer } from '../../telemetry/observer.js'

/** Makes the call, which must not reject, and reports its duration and failure. */
export async function observeCall<T>(
  action: string,
  call: () => Promise<Answer<T>>,
  { delivery }: CallLimits,
  { observer, clock }: { readonly observer: Observer; readonly clock: Clock },
): Promise<Answer<T>> {
  const startedMs = clock.now()
  const span = observer.span({ kind: 'call', name: action, startedMs, parent: delivery?.trace() })
  const answer = await call()
  const failure = answer.ok ? {} : { code: answer.failure.code, kind: answer.failure.kind }
  const endedMs = clock.now()
  const completed = { action, tookMs: endedMs - startedMs, ...failure }
  span.end(endedMs, completed)
  delivery?.called(completed)
  observer.called(completed)
  return answer
}
