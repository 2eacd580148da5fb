/** The calls of both editions, made by a function in Function Compute: each invokes the function, which calls the APIs. */
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, failureOf } from '../../domain/failure.js'
import type { AttachmentState, CallLimits } from '../../reconcile/driver.js'
import type { BasicCalls } from '../basic/calls.js'
import { aloneOr, coalesceReads } from '../basic/read-coalescer.js'
import { createCenOwnerLookup } from '../credentials/sts.js'
import type { EnterpriseApis } from '../enterprise/calls/apis.js'
import { unreadable } from '../sdk/read-answer.js'
import type { RpcCall } from '../sdk/rpc.js'
import type { SignedCall } from '../sdk/signed-call.js'
import type { Invoke } from './invocation.js'
import {
  type CallableProduct,
  type FunctionAction,
  type FunctionEvent,
  MAX_READS,
  PROTOCOL_VERSION,
  readFunctionResponse,
  type ValueOf,
} from './protocol.js'

interface RemoteCallsOptions {
  /** The account that owns the CENs; absent: read from the function, once. */
  readonly cenOwnerId?: string
  /** True: the function grants for the owners. */
  readonly grants: boolean
}

/** The timeout of an invocation: a cold start, short retries of 5 s, and an attach of 10 s, in milliseconds. */
export const MAX_INVOCATION_MS = 25_000
/** The function must answer this long before the worker's timeout, in milliseconds; at most a quarter of the time left. */
const ANSWER_MARGIN_MS = 1_500

type Arguments<A extends FunctionAction> = Omit<
  Extract<FunctionEvent, { action: A }>,
  'version' | 'timeoutMs' | 'action'
>

/** Invokes one action of the function. */
function createInvoker(invoke: Invoke, signed: SignedCall, clock: Clock) {
  return async <A extends FunctionAction>(
    action: A,
    argument: Arguments<A>,
    limits: CallLimits,
    name: string = action,
  ): Promise<Answer<ValueOf<A>>> => {
    const invokeOnce = () => {
      const leftMs = Math.max(1, Math.min(MAX_INVOCATION_MS, limits.deadlineMs - clock.now()))
      const timeoutMs = leftMs - Math.min(ANSWER_MARGIN_MS, leftMs / 4)
      return invoke(JSON.stringify({ version: PROTOCOL_VERSION, action, timeoutMs, ...argument }), leftMs)
    }
    const invoked = await signed(`InvokeFunction:${name}`, invokeOnce, limits)
    if (!invoked.ok) return invoked
    const { answer, refused } = readFunctionResponse(action, invoked.value)
    for (const failure of refused) limits.refused?.(failure)
    return answer
  }
}

export function createRemoteCalls(
  invoke: Invoke,
  signed: SignedCall,
  clock: Clock,
  { cenOwnerId, grants }: RemoteCallsOptions,
): BasicCalls {
  const invokeAction = createInvoker(invoke, signed, clock)
  const readState = createCoalescedReads(async (attachments, limits) => {
    const answer = await invokeAction('read-states', { attachments: [...attachments] }, limits)
    if (!answer.ok || answer.value.length === attachments.length) return answer
    return unreadable('the function left answers out')
  }, clock)

  return {
    attach: (attachment, limits) => invokeAction('attach', { attachment }, limits),
    detach: async (attachment, limits) => ofAction(DETACH, await invokeAction('detach', { attachment }, limits)),
    readState,
    cenExists: (cenId, limits) => invokeAction('cen-exists', { cenId }, limits),
    attachedTo: (attachment, limits) => invokeAction('attached-to', { attachment }, limits),
    isGranted: (attachment, limits) => invokeAction('is-granted', { attachment }, limits),
    cenOwnerId: createCenOwnerLookup(cenOwnerId, ({ delivery }) =>
      invokeAction('cen-owner-id', {}, { delivery, deadlineMs: clock.now() + MAX_INVOCATION_MS }),
    ),
    ...(grants && {
      grant: (attachment: Attachment, clientToken: string, limits: CallLimits) =>
        invokeAction('grant', { attachment, clientToken }, limits),
      revoke: (attachment: Attachment, limits: CallLimits) => invokeAction('revoke', { attachment }, limits),
    }),
  }
}

const DETACH = 'DetachCenChildInstance'

/** The function answers a code without its API action, by which the error table distinguishes meanings. */
const ofAction = <T>(action: string, answer: Answer<T>): Answer<T> =>
  answer.ok ? answer : { ok: false, failure: failureOf({ ...answer.failure, action }) }

/** Calls of the APIs, with the function's own credentials or, as an owner, with its role in that account. */
export function createRemoteApis(
  invoke: Invoke,
  signed: SignedCall,
  clock: Clock,
  { grants }: Pick<RemoteCallsOptions, 'grants'>,
): EnterpriseApis {
  const invokeAction = createInvoker(invoke, signed, clock)
  const remote =
    (product: CallableProduct, regionId: string, ownerId?: string): RpcCall =>
    async (operation, query, limits) => {
      const call = { product, operation, regionId, query, ...(ownerId !== undefined && { ownerId }) }
      const argument = { call } as Arguments<'call'>
      return ofAction(operation, await invokeAction('call', argument, limits, operation))
    }
  return {
    cbn: remote('cbn', CENTRAL_REGION),
    vpc: (regionId) => remote('vpc', regionId),
    ...(grants && {
      asOwner: (ownerId: string, regionId: string) => ({
        vpc: remote('vpc', regionId, ownerId),
        cbn: remote('cbn', regionId, ownerId),
      }),
    }),
  }
}

/** Cbn has one endpoint for all regions, so the region of its calls is only a formality. */
const CENTRAL_REGION = 'cn-hangzhou'

type ReadStates = (
  attachments: readonly Attachment[],
  limits: CallLimits,
) => Promise<Answer<readonly Answer<AttachmentState>[]>>

const createCoalescedReads = (readStates: ReadStates, clock: Clock) =>
  coalesceReads({
    choose: aloneOr((waiting) => ({ batch: waiting.slice(0, MAX_READS), rest: waiting.slice(MAX_READS) })),
    async answer(_cenId, batch, limits) {
      const batchAttachments = batch.map(({ attachment }) => attachment)
      const answer = await readStates(batchAttachments, limits)
      for (const [index, { resolve }] of batch.entries())
        resolve(answer.ok ? (answer.value[index] as Answer<AttachmentState>) : answer)
    },
    clock,
  })
