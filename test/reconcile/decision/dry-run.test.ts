import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../lib/domain/error-codes.js'
import type { WaitFor } from '../../../lib/messaging/disposition.js'
import { asDryRun, verdictOfUnreadable } from '../../../lib/reconcile/decision/dry-run.js'
import type { Situation } from '../../../lib/reconcile/decision/situation.js'
import type { Step } from '../../../lib/reconcile/decision/step.js'
import type { ObservedStatus } from '../../../lib/reconcile/driver.js'
import { apiSetback, failure, situation } from '../../support/reconcile-context.js'

const asked = (fields: Partial<Situation> = {}) => situation(fields, { dryRun: true })
const answer = (step: Step, fields?: Partial<Situation>) => asDryRun(step, asked(fields))
const wait = (waitFor: WaitFor): Step => ({ step: 'wait', for: waitFor, delayMs: 1_000, why: 'because' })
const observed = (status: ObservedStatus): Partial<Situation> => ({ knowledge: { is: 'observed', state: { status } } })

describe('a dry run', () => {
  it('reads what a write or a grant would meet, then answers with it', () => {
    const verdict = { would: 'attach' as const, reasons: ['may'] }
    for (const step of [{ step: 'write', write: 'attach' }, { step: 'grant' }] as const) {
      expect(answer(step)).toEqual({ step: 'preview' })
      expect(answer(step, { verdict })).toEqual({ step: 'answer', verdict })
    }
  })

  it('of what is attached answers adopt', () => {
    const verdict = { would: 'adopt', reasons: ['vpc-1 is attached to cen-1 already.'] }
    expect(answer({ step: 'finish', state: { status: 'attached' } })).toEqual({ step: 'answer', verdict })
  })

  it('does not wait for an operation: it answers what the operation leads to', () => {
    const would = (fields: Partial<Situation>) => answer(wait('operation'), fields)
    const attaching = { would: 'adopt', reasons: ['vpc-1 is being attached to cen-1.'] }
    expect(would(observed('attaching'))).toEqual({ step: 'answer', verdict: attaching })
    expect(would({ knowledge: { is: 'pending', write: 'attach' } })).toEqual({ step: 'answer', verdict: attaching })
    const detaching = ['vpc-1 is being detached from cen-1; it would be attached again after that.']
    expect(would(observed('detaching'))).toEqual({ step: 'answer', verdict: { would: 'attach', reasons: detaching } })
  })

  it('waits for everything else, unless the state cannot be read for lack of a right', () => {
    for (const waitFor of ['backoff', 'paused', 'proof', 'host'] as const)
      expect(answer(wait(waitFor))).toEqual(wait(waitFor))
    const denied = failure('unauthorized', 'NoPermission')
    expect(answer(wait('backoff'), { setback: apiSetback('observe', denied) })).toEqual({
      step: 'answer',
      verdict: {
        would: 'refuse',
        reasons: ['the state of the attachment cannot be read: NoPermission: text of NoPermission', 'advice'],
      },
    })
    for (const setback of [
      apiSetback('grant', denied),
      apiSetback('observe', failure('busy')),
      { from: 'host' } as const,
    ])
      expect(answer(wait('backoff'), { setback })).toEqual(wait('backoff'))
  })

  it.each<[FailureKind, isFinal: boolean]>([
    ['unauthorized', true],
    ['rejected', true],
    ['throttled', false],
    ['unavailable', false],
  ])('of a reading that failed as %s is answered: %s', (kind, isFinal) => {
    expect(verdictOfUnreadable(failure(kind), 'it') !== undefined).toBe(isFinal)
  })

  it('that is refused or expired is an answer; every other failure stays one', () => {
    const failed = failure('rejected', 'PolicyDenied')
    const fail = (reason: 'forbidden' | 'expired' | 'rejected', refused?: boolean): Step => ({
      step: 'fail',
      failure: failed,
      reason,
      ...(refused !== undefined && { refused }),
    })
    const verdict = { would: 'refuse', reasons: ['text of PolicyDenied'] }
    expect(answer(fail('forbidden', true))).toEqual({ step: 'answer', verdict, refused: true })
    expect(answer(fail('expired'))).toEqual({ step: 'answer', verdict, refused: false })
    expect(answer(fail('rejected'))).toEqual(fail('rejected'))
  })

  it('reads as any other request does', () => {
    expect(answer({ step: 'observe', alone: false })).toEqual({ step: 'observe', alone: false })
    expect(answer({ step: 'preview' })).toEqual({ step: 'preview' })
  })
})
