/** What worker and function say to each other: one event an invocation, one answer. Both sides read with these schemas. */
import * as v from 'valibot'
import { type Failure, failureOf } from '../failure.js'
import type { Answer, AttachmentState } from '../ports.js'
import { RequestFields } from '../request-fields.js'

/** Raised where an older side would misread a newer one. */
export const PROTOCOL_VERSION = 1
/** Readings in one invocation at most: two pages of a CEN. */
export const MOST_READINGS = 100

const { cenId, childInstanceId, childInstanceType, childInstanceRegionId, childInstanceOwnerId } = RequestFields.entries

export const AttachmentArgument = v.strictObject({
  cenId,
  childInstanceId,
  childInstanceType: childInstanceType.wrapped,
  childInstanceRegionId,
  childInstanceOwnerId,
})

const always = {
  version: v.literal(PROTOCOL_VERSION),
  /** How long the function may take, in milliseconds; a time of day would need clocks that agree. */
  timeoutMs: v.pipe(v.number(), v.minValue(1), v.maxValue(600_000)),
}
const action = <A extends string, E extends v.ObjectEntries>(name: A, argument: E) =>
  v.strictObject({ ...always, action: v.literal(name), ...argument })

export const FunctionEvent = v.variant('action', [
  action('attach', { attachment: AttachmentArgument }),
  // Each is read by itself: one that is invalid must not cost the others their answer.
  action('read-states', { attachments: v.pipe(v.array(v.unknown()), v.maxLength(MOST_READINGS)) }),
  action('cen-exists', { cenId }),
  action('attached-to', { attachment: AttachmentArgument }),
  action('is-granted', { attachment: AttachmentArgument }),
  action('cen-owner-id', {}),
  action('grant', {
    attachment: AttachmentArgument,
    clientToken: v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/, 'must be 1 to 128 characters of A-Z a-z 0-9 . _ : -')),
  }),
])
export type FunctionEvent = v.InferOutput<typeof FunctionEvent>
export type FunctionAction = FunctionEvent['action']

export const ACTION_NAMES: readonly FunctionAction[] = FunctionEvent.options.map(
  ({ entries }) => entries.action.literal,
)

/** What was seen of a failure; what it means is for the worker's own table to say. */
const SeenFailure = v.object({
  code: v.string(),
  message: v.optional(v.string()),
  advice: v.optional(v.string()),
  httpStatus: v.optional(v.number()),
  apiRequestId: v.optional(v.string()),
  retryAfterMs: v.optional(v.number()),
})
export type SeenFailure = v.InferOutput<typeof SeenFailure>

export const toSeen = ({ kind, ...seen }: Failure): SeenFailure => seen

export type FunctionAnswer = { readonly ok: true; readonly value?: unknown } | { ok: false; failure: SeenFailure }

export const toFunctionAnswer = (answer: Answer<unknown>): FunctionAnswer =>
  answer.ok ? answer : { ok: false, failure: toSeen(answer.failure) }

export interface FunctionSays {
  readonly version: number
  readonly answer: FunctionAnswer
  /** Attempts that were refused on the way to the answer. */
  readonly refused: readonly SeenFailure[]
}

const State: v.GenericSchema<unknown, AttachmentState> = v.pipe(
  v.object({
    status: v.picklist(['attached', 'attaching', 'detaching', 'absent']),
    attachedAtMs: v.optional(v.number()),
  }),
  v.transform(({ status, attachedAtMs }) => ({ status, ...(attachedAtMs !== undefined && { attachedAtMs }) })),
)

const AnswerOf = <T>(value: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.variant('ok', [
      v.object({ ok: v.literal(true), value: v.optional(v.unknown()) }),
      v.object({ ok: v.literal(false), failure: SeenFailure }),
    ]),
    v.rawTransform(({ dataset, addIssue, NEVER }): Answer<T> => {
      const said = dataset.value
      if (!said.ok) return { ok: false, failure: failureOf(said.failure) }
      const read = v.safeParse(value, said.value)
      if (read.success) return { ok: true, value: read.output }
      addIssue({ message: 'is not the answer to this action' })
      return NEVER
    }),
  )

/** The values that answer each action. */
export const VALUES = {
  attach: v.pipe(
    v.object({ apiRequestId: v.optional(v.string()) }),
    v.transform(({ apiRequestId }) => ({ ...(apiRequestId !== undefined && { apiRequestId }) })),
  ),
  'read-states': v.array(AnswerOf(State)),
  'cen-exists': v.boolean(),
  'attached-to': v.optional(v.string()),
  'is-granted': v.boolean(),
  'cen-owner-id': v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
  grant: v.unknown(),
} satisfies Record<FunctionAction, v.GenericSchema<unknown, unknown>>
export type ValueOf<A extends FunctionAction> = v.InferOutput<(typeof VALUES)[A]>

export interface Heard<T> {
  readonly answer: Answer<T>
  readonly refused: readonly Failure[]
}

/** Reads what the function said; an answer that is none of cen-attach leaves the outcome unknown. */
export function readFunctionSays<A extends FunctionAction>(name: A, text: string): Heard<ValueOf<A>> {
  const value = VALUES[name] as v.GenericSchema<unknown, ValueOf<A>>
  const Says = v.object({
    version: v.literal(PROTOCOL_VERSION),
    answer: AnswerOf(value),
    refused: v.optional(v.array(SeenFailure), []),
  })
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Says), text)
  if (read.success) return { answer: read.output.answer, refused: read.output.refused.map(failureOf) }
  const message = 'the answer of the function is not one of cen-attach'
  return { answer: { ok: false, failure: failureOf({ code: 'UnreadableAnswer', message }) }, refused: [] }
}
