/** The writes of Enterprise Edition: planned calls, sent with a client token of their own. */
import { sha256Hex } from '../../../domain/digest.js'
import { type Answer, type Failure, refusal } from '../../../domain/failure.js'
import type { PlannedCall } from '../../../domain/messages/result.js'
import type { CallLimits, Target } from '../../../reconcile/driver.js'
import type { Body, RpcCall } from '../../sdk/rpc.js'

/** Sends the call. The same call for the same message has the same token, so that a repetition is one call to the API. */
export async function sendWrite(
  cbn: RpcCall,
  target: Target,
  call: PlannedCall,
  limits: CallLimits,
): Promise<Answer<Body>> {
  if (limits.isOver?.()) return unwritten(limits, refusal('NotSent', `${call.operation} was not sent`))
  const query = toQuery(call)
  return cbn(call.operation, { ...query, ClientToken: tokenOf(target, call.operation, query) }, limits)
}

/** Nothing was written, so the slot of the CEN is free again; a throttled reading shows nothing about the rate of writes. */
export function unwritten<T>({ refused }: CallLimits, answer: { ok: false; failure: Failure } | Answer<T>) {
  if (!answer.ok) refused?.({ ...answer.failure, kind: 'rejected' })
  return answer
}

/** The refusal of a write whose observation has expired meanwhile: the core writes only after an observation. */
export const unobserved = (limits: CallLimits, action: string) =>
  unwritten(limits, refusal('IncorrectStatus.Status', 'the attachment must be read again', action))

/** 64 hex digits, the longest token of CreateTransitRouterVpcAttachment. */
const tokenOf = (
  { idempotencyKey, messageId }: Target,
  operation: string,
  query: Readonly<Record<string, string>>,
): string => sha256Hex([idempotencyKey, messageId, operation, JSON.stringify(query)].join('\n'))

/** The parameters as the RPC style has them: `ZoneMappings.1.ZoneId`. */
export function toQuery({ parameters }: PlannedCall): Record<string, string> {
  const query: Record<string, string> = {}
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const [index, one] of value.entries()) add(`${name}.${index + 1}`, one)
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) add(`${name}.${key}`, one)
    else query[name] = String(value)
  }
  for (const [name, value] of Object.entries(parameters)) add(name, value)
  return query
}
