/** The steps of a pass: what `decide` returns and `reconcile` does. */
import type { DeadLetterReason } from '../../domain/error-codes.js'
import type { Failure } from '../../domain/failure.js'
import type { Verdict } from '../../domain/messages/result.js'
import type { WaitFor } from '../../messaging/disposition.js'
import type { AttachmentState } from '../driver.js'
import type { Write } from './situation.js'

export type Step =
  /** Find the driver. `fresh`: by reading the edition again. */
  | { readonly step: 'find-driver'; readonly fresh: boolean }
  /** Read the state. `alone`: by an authoritative reading. */
  | { readonly step: 'observe'; readonly alone: boolean }
  | { readonly step: 'write'; readonly write: Write }
  /** Grant for the owner. */
  | { readonly step: 'grant' }
  /** Take the owner's grant back. */
  | { readonly step: 'revoke' }
  /** Of a dry run: read what the write would meet. */
  | { readonly step: 'preview' }
  /** Handle the message again later. `parked`: a person must act first, on this failure. */
  | {
      readonly step: 'wait'
      readonly for: WaitFor
      readonly delayMs: number
      readonly why: string
      readonly parked?: Failure
    }
  /** The desired state was read. */
  | { readonly step: 'finish'; readonly state: AttachmentState }
  /** Answer a dry run. */
  | { readonly step: 'answer'; readonly verdict: Verdict; readonly refused?: boolean }
  /** `refused`: the policy refused the sender, so the result has an id of its own. */
  | {
      readonly step: 'fail'
      readonly failure: Failure
      readonly reason: DeadLetterReason
      readonly refused?: boolean
    }

export type StepOf<S extends Step['step']> = Extract<Step, { readonly step: S }>
