/** The steps of a reconcile pass: what `decide` answers, and all that `reconcile` can do. */
import type { DeadLetterReason } from '../domain/error-codes.js'
import type { Failure } from '../domain/failure.js'
import type { Verdict } from '../domain/result.js'
import type { WaitFor } from '../messaging/disposition.js'
import type { AttachmentState } from './driver.js'
import type { Write } from './situation.js'

export type Step =
  /** Read the state. `alone`: by a reading that has the last word. */
  | { readonly step: 'observe'; readonly alone: boolean }
  | { readonly step: 'write'; readonly write: Write }
  /** Grant for the owner. */
  | { readonly step: 'grant' }
  /** Of a dry run: read what the write would meet. */
  | { readonly step: 'preview' }
  /** The message is handled again later. `parked`: somebody outside must act first; the failure says who. */
  | {
      readonly step: 'wait'
      readonly for: WaitFor
      readonly delayMs: number
      readonly why: string
      readonly parked?: Failure
    }
  /** It is as desired, as read. */
  | { readonly step: 'finish'; readonly state: AttachmentState }
  /** The answer to a dry run. */
  | { readonly step: 'answer'; readonly verdict: Verdict; readonly refused?: boolean }
  /** `refused`: the sender had no consent, so the result must not pass for that of a sender who has. */
  | {
      readonly step: 'fail'
      readonly failure: Failure
      readonly reason: DeadLetterReason
      readonly refused?: boolean
    }

export type StepOf<S extends Step['step']> = Extract<Step, { readonly step: S }>
