/** The attacher that calls no API of Alibaba but one: it invokes the function that does, in Function Compute. */
import type { Attachment } from '../attachment.js'
import { failureOf } from '../failure.js'
import type { Answer, Attacher, CallLimits, Clock } from '../ports.js'
import { createCenOwner } from './cen-owner.js'
import type { Invoke } from './fc-invocation.js'
import {
  type FunctionAction,
  type FunctionEvent,
  PROTOCOL_VERSION,
  readFunctionSays,
  type ValueOf,
} from './fc-protocol.js'
import { createGatheredReads } from './fc-reads.js'
import type { SignedCall } from './signed-call.js'

export interface FcAttacherOptions {
  /** The account that owns the CENs; the function is asked, once, where it is not given. */
  readonly cenOwnerId?: string
  /** Whether the function is to grant for the owners. */
  readonly grants: boolean
}

/** The worker waits this long for an answer: an attach of 10 s after short retries of 5 s, and a cold start before them. */
export const LONGEST_MS = 25_000
/** So much before the worker gives up the function has answered; a quarter of what is left where that is less. */
const MARGIN_MS = 1_500

type Arguments<A extends FunctionAction> = Omit<
  Extract<FunctionEvent, { action: A }>,
  'version' | 'timeoutMs' | 'action'
>

export function createFcAttacher(
  invoke: Invoke,
  signed: SignedCall,
  clock: Clock,
  { cenOwnerId, grants }: FcAttacherOptions,
): Attacher {
  const ask = async <A extends FunctionAction>(
    action: A,
    said: Arguments<A>,
    limits: CallLimits,
  ): Promise<Answer<ValueOf<A>>> => {
    const invokeOnce = () => {
      const leftMs = Math.max(1, Math.min(LONGEST_MS, limits.deadlineMs - clock.now()))
      const timeoutMs = leftMs - Math.min(MARGIN_MS, leftMs / 4)
      return invoke(JSON.stringify({ version: PROTOCOL_VERSION, action, timeoutMs, ...said }), leftMs)
    }
    const invoked = await signed(`InvokeFunction:${action}`, invokeOnce, limits)
    if (!invoked.ok) return invoked
    const { answer, refused } = readFunctionSays(action, invoked.value)
    for (const failure of refused) limits.refused?.(failure)
    return answer
  }
  const readState = createGatheredReads(async (attachments, limits) => {
    const answer = await ask('read-states', { attachments: [...attachments] }, limits)
    if (!answer.ok || answer.value.length === attachments.length) return answer
    return { ok: false, failure: failureOf({ code: 'UnreadableAnswer', message: 'the function left answers out' }) }
  }, clock)

  return {
    attach: (attachment, limits) => ask('attach', { attachment }, limits),
    readState,
    cenExists: (cenId, limits) => ask('cen-exists', { cenId }, limits),
    attachedTo: (attachment, limits) => ask('attached-to', { attachment }, limits),
    isGranted: (attachment, limits) => ask('is-granted', { attachment }, limits),
    cenOwnerId: createCenOwner(cenOwnerId, () => ask('cen-owner-id', {}, { deadlineMs: clock.now() + LONGEST_MS })),
    ...(grants && {
      grant: (attachment: Attachment, clientToken: string, limits: CallLimits) =>
        ask('grant', { attachment, clientToken }, limits),
    }),
  }
}
