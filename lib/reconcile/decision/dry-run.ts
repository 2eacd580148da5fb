/** A dry run: the same decisions, stopped before the first change and answered with a verdict. */
import type { Failure } from '../../domain/failure.js'
import type { Verdict } from '../../domain/messages/result.js'
import type { Situation } from './situation.js'
import type { Step, StepOf } from './step.js'

/** The step of a dry run instead of `step`: reading steps stay, all others become the answer. Pure. */
export function asDryRun(step: Step, situation: Situation): Step {
  const { attachment } = situation.request
  const { childInstanceId, cenId } = attachment
  switch (step.step) {
    case 'write':
    case 'grant':
    case 'revoke':
      return situation.verdict ? { step: 'answer', verdict: situation.verdict } : { step: 'preview' }
    case 'finish':
      return answer('adopt', `${childInstanceId} is ${ALREADY[situation.desired]} ${cenId} already.`)
    case 'wait':
      if (step.for === 'operation') return afterOperation(situation)
      return unreadable(situation) ?? step
    case 'fail':
      return REFUSALS.has(step.reason) || REFUSED_CODES.has(step.failure.code)
        ? { ...answer('refuse', step.failure.message), refused: step.refused ?? false }
        : step
    default:
      return step
  }
}

/** Failures by these reasons answer a dry run; an invalid request fails it. */
const REFUSALS: ReadonlySet<string> = new Set(['forbidden', 'expired'])
/** Failures by these codes do, too: what was read forbids the change. */
const REFUSED_CODES: ReadonlySet<string> = new Set(['Superseded', 'OwnerMismatch'])

const answer = (would: Verdict['would'], ...reasons: string[]): StepOf<'answer'> => ({
  step: 'answer',
  verdict: { would, reasons },
})

const ALREADY = { attached: 'attached to', detached: 'detached from' } as const

function afterOperation({ desired, knowledge, request }: Situation): Step {
  const { childInstanceId, cenId } = request.attachment
  const isDetaching = knowledge.is === 'observed' && knowledge.state.status === 'detaching'
  if (desired === 'detached')
    return isDetaching
      ? answer('adopt', `${childInstanceId} is being detached from ${cenId}.`)
      : answer('detach', `${childInstanceId} is being attached to ${cenId}; it would be detached after that.`)
  if (isDetaching)
    return answer(
      'attach',
      `${childInstanceId} is being detached from ${cenId}; it would be attached again after that.`,
    )
  return answer('adopt', `${childInstanceId} is being attached to ${cenId}.`)
}
/** A state that a missing right hides stays hidden, so the refusal is the answer. */
function unreadable({ setback }: Situation): Step | undefined {
  if (setback?.from !== 'api' || setback.during !== 'observe') return undefined
  const verdict = verdictOfUnreadable(setback.failure, 'the state of the attachment')
  return verdict && { step: 'answer', verdict }
}

/** The verdict on a reading that no retry can help; undefined if it can be retried. */
export function verdictOfUnreadable(failure: Failure, what: string): Verdict | undefined {
  const { kind, code, message, advice } = failure
  if (kind !== 'unauthorized' && kind !== 'rejected') return undefined
  return { would: 'refuse', reasons: [`${what} cannot be read: ${code}: ${message}`, advice] }
}
