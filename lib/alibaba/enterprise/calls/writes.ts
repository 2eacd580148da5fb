/** The writes of Enterprise Edition: planned calls, sent with a client token of their own. */
import type { Clock } from '../../../domain/clock.js'
import { sha256Hex } from '../../../domain/digest.js'
import { type Answer, type Failure, notSent, refusal } from '../../../domain/failure.js'
import { putNewest } from '../../../domain/kept.js'
import type { PlannedCall } from '../../../domain/messages/result.js'
import type { CallLimits, Target } from '../../../reconcile/driver.js'
import type { Body, RpcCall } from '../../sdk/rpc.js'

/** Sends the call of a plan. */
export type SendWrite = (target: Target, call: PlannedCall, limits: CallLimits) => Promise<Answer<Body>>

/**
 * A call that is sent again this long after it was accepted is a new call, in milliseconds: what it made does not show, or is
 * gone again, and the API would only repeat its answer.
 */
const SAME_CALL_MS = 20_000
const MOST_ACCEPTED = 20_000

/** The same call for the same message has the same token until it is accepted, so that a repetition is one call to the API. */
export function createSendWrite(cbn: RpcCall, clock: Clock): SendWrite {
  /** How many tokens of a call were accepted, and when the latest was, by its first token. */
  const accepted = new Map<string, { readonly times: number; readonly atMs: number }>()

  return async (target, call, limits) => {
    if (limits.isOver?.()) return unwritten(limits, notSent(call.operation))
    const query = toQuery(call)
    const first = tokenOf(target, call.operation, query)
    const { times, atMs } = accepted.get(first) ?? { times: 0, atMs: -Infinity }
    const isSame = clock.now() - atMs < SAME_CALL_MS
    const number = isSame ? times - 1 : times
    const ClientToken = number === 0 ? first : sha256Hex(`${first}\n${number}`)
    const answer = await cbn(call.operation, { ...query, ClientToken }, limits)
    if (answer.ok && !isSame) putNewest(accepted, first, { times: number + 1, atMs: clock.now() }, MOST_ACCEPTED)
    return answer
  }
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
