/** A second emulator for the conformance suite: other times and answers, as a real account might have. */
import type { ApiAnswer, Emulator } from '../../lib/emulator/emulator.js'

type Call = Parameters<Emulator['handle']>[0]
type Body = Record<string, unknown>

/** Changes one call before it is handled, or its answer; undefined leaves it as it is. */
export interface Twist {
  readonly call?: (call: Call, nth: number) => Call | undefined
  readonly answer?: (call: Call, answer: ApiAnswer, nth: number) => ApiAnswer | undefined
}

/** `nth` counts the calls of each action from 1. */
export const twisted =
  (twists: readonly Twist[]) =>
  (emulator: Emulator): Emulator => {
    const counts = new Map<string, number>()
    return {
      world: emulator.world,
      faults: emulator.faults,
      journal: emulator.journal,
      handle(original) {
        const nth = (counts.get(original.action) ?? 0) + 1
        counts.set(original.action, nth)
        let call = original
        for (const twist of twists) call = twist.call?.(call, nth) ?? call
        const handled = emulator.handle(call)
        let { answer } = handled
        for (const twist of twists) answer = twist.answer?.(call, answer, nth) ?? answer
        return { ...handled, answer }
      },
    }
  }

export const isOk = ({ http }: ApiAnswer) => http === 200

/** Changes the body of an answer without an error. */
export const body = (action: string, change: (body: Body, nth: number, call: Call) => Body | undefined): Twist => ({
  answer(call, answer, nth) {
    if (call.action !== action || !isOk(answer)) return undefined
    const changed = change(answer.body as Body, nth, call)
    return changed && { ...answer, body: { ...answer.body, ...changed } }
  },
})

/** Changes every entry of a list, which may be nested as in `Vpcs.Vpc`. */
export const entries = (action: string, path: string, change: (entry: Body) => Body): Twist => {
  const [outer = '', inner] = path.split('.')
  return body(action, (all) => {
    const list = (inner === undefined ? all[outer] : (all[outer] as Body)[inner]) as Body[]
    const changed = list.map((entry) => ({ ...entry, ...change(entry) }))
    return { [outer]: inner === undefined ? changed : { [inner]: changed } }
  })
}

/** Answers an error instead of what the emulator answers; what the call did stays done. */
export const refuse = (
  action: string,
  code: string,
  when: (call: Call, nth: number, answer: ApiAnswer) => boolean = () => true,
): Twist => ({
  answer: (call, answer, nth) =>
    call.action === action && when(call, nth, answer)
      ? { http: 400, body: { RequestId: answer.body.RequestId, Code: code, Message: 'Another answer.' } }
      : undefined,
})

/** Another code for every refusal but these, which the suite itself waits for or which HTTP answers. */
const KEPT = /EntityNotExist|TaskConflict|Throttling|Operation\.Blocking/
export const otherCodes: Twist = {
  answer(_call, answer) {
    const { Code } = answer.body
    if (typeof Code !== 'string' || KEPT.test(Code)) return undefined
    return { ...answer, body: { ...answer.body, Code: `${Code}.Renamed` } }
  },
}

export const withoutMessages: Twist = {
  answer: (_call, answer) => (isOk(answer) ? undefined : { ...answer, body: { ...answer.body, Message: '' } }),
}

/** Drops a parameter of some calls. */
export const without = (action: string, parameter: string, when: (nth: number) => boolean = () => true): Twist => ({
  call(call, nth) {
    if (call.action !== action || !when(nth)) return undefined
    const { [parameter]: _, ...parameters } = call.parameters
    return { ...call, parameters }
  },
})
