/** The function's side of the protocol: reads an event, makes its call, and answers. */
import * as v from 'valibot'
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered, type Failure, failureOf, mapAnswer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { BasicCalls } from '../basic/calls.js'
import type { EnterpriseApis } from '../enterprise/calls/apis.js'
import {
  ACTION_NAMES,
  AttachmentArgument,
  FunctionEvent,
  type FunctionResponse,
  PROTOCOL_VERSION,
  toFunctionAnswer,
  toReportedFailure,
} from './protocol.js'

type ActionHandlers = {
  [A in FunctionEvent['action']]: (
    calls: AttacherCalls,
    event: Extract<FunctionEvent, { action: A }>,
    limits: CallLimits,
  ) => Promise<Answer<unknown>>
}

const ACTION_HANDLERS: ActionHandlers = {
  attach: ({ basic }, { attachment }, limits) => basic.attach(toAttachment(attachment), limits),
  detach: async ({ basic }, { attachment }, limits) =>
    withoutValue(await basic.detach(toAttachment(attachment), limits)),
  'read-states': async ({ basic }, { attachments }, limits) => {
    const readings = attachments.map((one) => {
      const read = v.safeParse(AttachmentArgument, one)
      if (!read.success) return Promise.resolve(refusal('FunctionArgumentsInvalid', read.issues))
      return basic.readState(toAttachment(read.output), { ...limits, exact: true, alone: attachments.length === 1 })
    })
    return answered((await Promise.all(readings)).map(toFunctionAnswer))
  },
  'cen-exists': ({ basic }, { cenId }, limits) => basic.cenExists(cenId, limits),
  'attached-to': ({ basic }, { attachment }, limits) => basic.attachedTo(toAttachment(attachment), limits),
  'is-granted': ({ basic }, { attachment }, limits) => basic.isGranted(toAttachment(attachment), limits),
  'cen-owner-id': ({ basic }) => basic.cenOwnerId(),
  async grant({ basic }, { attachment, clientToken }, limits) {
    const granted = await basic.grant?.(toAttachment(attachment), clientToken, limits)
    return granted ? withoutValue(granted) : noGrantRole
  },
  async revoke({ basic }, { attachment }, limits) {
    const revoked = await basic.revoke?.(toAttachment(attachment), limits)
    return revoked ? withoutValue(revoked) : noGrantRole
  },
  async call({ apis }, { call: { product, operation, regionId, ownerId, query } }, limits) {
    const owner = ownerId === undefined ? undefined : apis.asOwner?.(ownerId, regionId)
    if (ownerId !== undefined && !owner) return noGrantRole
    const own = product === 'cbn' ? apis.cbn : apis.vpc(regionId)
    return (owner?.[product] ?? own)(operation, query, limits)
  },
}

/** A detach, a grant and a revoke have no value. */
const withoutValue = (answer: Answer<unknown>): Answer<unknown> => mapAnswer(answer, () => ({}))

const noGrantRole: Answer<never> = {
  ok: false,
  failure: failureOf({
    code: 'GrantRoleUnset',
    message: 'GRANT_ROLE_NAME is set for the worker but not for the function.',
  }),
}

/** The calls of both editions. */
export interface AttacherCalls {
  readonly basic: BasicCalls
  readonly apis: EnterpriseApis
}

interface AnsweredEvent {
  readonly response: FunctionResponse
  /** Absent if the event could not be read. */
  readonly action?: FunctionEvent['action']
}

/** Never rejects. `calls` may be the failure that prevented them. `maxMs`: the time that the host leaves the invocation. */
export async function answerEvent(
  body: string,
  calls: Answer<AttacherCalls>,
  clock: Clock,
  maxMs: number,
): Promise<AnsweredEvent> {
  const refused: Failure[] = []
  const event = readEvent(body)
  const act = (): Promise<Answer<unknown>> => {
    if (!event.ok) return Promise.resolve(event)
    if (!calls.ok) return Promise.resolve(calls)
    const { action, timeoutMs } = event.value
    const deadlineMs = clock.now() + Math.min(timeoutMs, maxMs)
    const limits = { deadlineMs, refused: (failure: Failure) => void refused.push(failure) }
    return (ACTION_HANDLERS[action] as ActionHandlers['attach'])(
      calls.value,
      event.value as Parameters<ActionHandlers['attach']>[1],
      limits,
    )
  }
  const answer = await act().catch((): Answer<never> => ({ ok: false, failure: failureOf({ code: 'FunctionFailed' }) }))
  const response = {
    version: PROTOCOL_VERSION,
    answer: toFunctionAnswer(answer),
    refused: refused.map(toReportedFailure),
  }
  return { response, ...(event.ok && { action: event.value.action }) }
}

/** A fault of version or action is one of the deployment; a fault of an argument is one of the request. */
function readEvent(body: string): Answer<FunctionEvent> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), FunctionEvent), body)
  if (read.success) return answered(read.output)
  const envelope = v.safeParse(v.pipe(v.string(), v.parseJson(), Envelope), body)
  return envelope.success
    ? refusal('FunctionArgumentsInvalid', read.issues)
    : refusal('FunctionMismatch', envelope.issues, 'The event is not one that this version of the function knows: ')
}

const Envelope = v.object({
  version: v.literal(PROTOCOL_VERSION, `must be ${PROTOCOL_VERSION}`),
  action: v.picklist(ACTION_NAMES, ({ received }) => `${received} is none of ${ACTION_NAMES.join(', ')}`),
})

type Issues = readonly { readonly message: string; readonly path?: readonly { readonly key: unknown }[] | undefined }[]

function refusal(code: string, issues: Issues, opening = ''): { ok: false; failure: Failure } {
  const faults = issues.map(
    ({ message, path = [] }) => `${path.map(({ key }) => key).join('.') || 'event'}: ${message}`,
  )
  const message = `${opening}${faults.slice(0, 20).join('; ')}`.slice(0, 2_000)
  return { ok: false, failure: failureOf({ code, message, ...(opening !== '' && { advice: message }) }) }
}

/** Leaves an undefined owner out. */
const toAttachment = ({ childInstanceOwnerId, ...rest }: v.InferOutput<typeof AttachmentArgument>) => ({
  ...rest,
  ...(childInstanceOwnerId !== undefined && { childInstanceOwnerId }),
})
