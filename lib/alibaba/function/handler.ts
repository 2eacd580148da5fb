/** The function's side: an event in, its answer out, by the same attacher as the worker's own. */
import * as v from 'valibot'
import { type Failure, failureOf } from '../../domain/failure.js'
import type { Answer, Attacher, CallLimits, Clock } from '../../reconcile/ports.js'
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
    attacher: Attacher,
    event: Extract<FunctionEvent, { action: A }>,
    limits: CallLimits,
  ) => Promise<Answer<unknown>>
}

const ACTION_HANDLERS: ActionHandlers = {
  attach: (attacher, { attachment }, limits) => attacher.attach(toAttachment(attachment), limits),
  'read-states': async (attacher, { attachments }, limits) => {
    const readings = attachments.map((one) => {
      const read = v.safeParse(AttachmentArgument, one)
      if (!read.success) return Promise.resolve(refusal('FunctionArgumentsInvalid', read.issues))
      return attacher.readState(toAttachment(read.output), { ...limits, alone: attachments.length === 1 })
    })
    return { ok: true, value: (await Promise.all(readings)).map(toFunctionAnswer) }
  },
  'cen-exists': (attacher, { cenId }, limits) => attacher.cenExists(cenId, limits),
  'attached-to': (attacher, { attachment }, limits) => attacher.attachedTo(toAttachment(attachment), limits),
  'is-granted': (attacher, { attachment }, limits) => attacher.isGranted(toAttachment(attachment), limits),
  'cen-owner-id': (attacher) => attacher.cenOwnerId(),
  async grant(attacher, { attachment, clientToken }, limits) {
    const granted = await attacher.grant?.(toAttachment(attachment), clientToken, limits)
    if (granted === undefined) return { ok: false, failure: failureOf({ code: 'GrantRoleUnset', message: NO_GRANT }) }
    return granted.ok ? { ok: true, value: {} } : granted
  },
}

const NO_GRANT = 'GRANT_ROLE_NAME is set for the worker but not for the function.'

export interface AnsweredEvent {
  readonly response: FunctionResponse
  /** Absent where the event could not be read. */
  readonly action?: FunctionEvent['action']
}

/** Never rejects. `attacher`: or why there is none. `mostMs`: what the host leaves of the invocation's time. */
export async function answerEvent(
  body: string,
  attacher: Answer<Attacher>,
  clock: Clock,
  maxMs: number,
): Promise<AnsweredEvent> {
  const refused: Failure[] = []
  const event = readEvent(body)
  const act = (): Promise<Answer<unknown>> => {
    if (!event.ok) return Promise.resolve(event)
    if (!attacher.ok) return Promise.resolve(attacher)
    const { action, timeoutMs } = event.value
    const deadlineMs = clock.now() + Math.min(timeoutMs, maxMs)
    const limits = { deadlineMs, refused: (failure: Failure) => void refused.push(failure) }
    return (ACTION_HANDLERS[action] as ActionHandlers['attach'])(
      attacher.value,
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

/** Faults of the envelope are faults of the deployment; faults of the arguments are the request's own. */
function readEvent(body: string): Answer<FunctionEvent> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), FunctionEvent), body)
  if (read.success) return { ok: true, value: read.output }
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

/** An owner that is absent is absent, never undefined. */
const toAttachment = ({ childInstanceOwnerId, ...rest }: v.InferOutput<typeof AttachmentArgument>) => ({
  ...rest,
  ...(childInstanceOwnerId !== undefined && { childInstanceOwnerId }),
})
