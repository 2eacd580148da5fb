/** The protocol between worker and function: one event and one response for each invocation. Both sides use these schemas. */
import * as v from 'valibot'
import { type Answer, answered, type Failure, failureOf } from '../../domain/failure.js'
import { REGION_ID, RequestFields } from '../../domain/messages/request-schema.js'
import type { AttachmentState } from '../../reconcile/driver.js'
import { unreadable } from '../sdk/read-answer.js'

/** Incremented by a change that an older side would misread. */
export const PROTOCOL_VERSION = 1
/** The most readings in one invocation: two pages of a CEN. */
export const MAX_READS = 100

const { cenId, childInstanceId, childInstanceType, childInstanceRegionId, childInstanceOwnerId } = RequestFields.entries

export const AttachmentArgument = v.strictObject({
  cenId,
  childInstanceId,
  childInstanceType: childInstanceType.wrapped,
  childInstanceRegionId,
  childInstanceOwnerId,
})

/** The API calls that the function makes for the drivers of Enterprise Edition, by product: no others. */
export const CALLABLE = {
  cbn: [
    'ListTransitRouters',
    'ListTransitRouterAvailableResource',
    'ListTransitRouterRouteTables',
    'ListTransitRouterVpcAttachments',
    'ListTransitRouterVbrAttachments',
    'ListTransitRouterRouteTableAssociations',
    'ListTransitRouterRouteTablePropagations',
    'ListGrantVSwitchesToCen',
    'CreateTransitRouter',
    'CreateTransitRouterVpcAttachment',
    'CreateTransitRouterVbrAttachment',
    'UpdateTransitRouterVpcAttachmentAttribute',
    'AssociateTransitRouterAttachmentWithRouteTable',
    'EnableTransitRouterRouteTablePropagation',
    'CreateCenChildInstanceRouteEntryToAttachment',
    'GrantInstanceToTransitRouter',
    'ListTransitRouterRouteEntries',
    'ListTransitRouterPrefixListAssociation',
    'ListTransitRouterMulticastDomainAssociations',
    'DescribeFlowlogs',
    'DescribeCenPrivateZoneRoutes',
    'DescribeCenVbrHealthCheck',
    'DeleteCenChildInstanceRouteEntryToAttachment',
    'DisableTransitRouterRouteTablePropagation',
    'DissociateTransitRouterAttachmentFromRouteTable',
    'DeleteTransitRouterVpcAttachment',
    'DeleteTransitRouterVbrAttachment',
    'RevokeInstanceFromTransitRouter',
  ],
  vpc: ['DescribeVSwitches', 'DescribeRouteTableList', 'DescribeRouteEntryList'],
} as const
export type CallableProduct = keyof typeof CALLABLE

const Parameters = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z][\w.]{0,99}$/, 'must be the name of a parameter')),
    v.pipe(v.string(), v.maxLength(1_000)),
  ),
  v.check((query) => Object.keys(query).length <= 100, 'must have at most 100 parameters'),
)
/** A regional endpoint is made of it. */
const RegionId = v.pipe(v.string(), v.regex(REGION_ID, 'must be a region'))

const commonFields = {
  version: v.literal(PROTOCOL_VERSION),
  /** How long the function may take, in milliseconds; a time of day would need synchronised clocks. */
  timeoutMs: v.pipe(v.number(), v.minValue(1), v.maxValue(600_000)),
}
const action = <A extends string, E extends v.ObjectEntries>(name: A, argument: E) =>
  v.strictObject({ ...commonFields, action: v.literal(name), ...argument })

const callFields = {
  regionId: RegionId,
  /** Present if the function acts as this account, by the role there. */
  ownerId: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'must be an account id: digits'))),
  query: Parameters,
}

export const FunctionEvent = v.variant('action', [
  action('attach', { attachment: AttachmentArgument }),
  action('detach', { attachment: AttachmentArgument }),
  // Each is parsed by itself: an invalid one must not fail the others.
  action('read-states', { attachments: v.pipe(v.array(v.unknown()), v.maxLength(MAX_READS)) }),
  action('cen-exists', { cenId }),
  action('attached-to', { attachment: AttachmentArgument }),
  action('is-granted', { attachment: AttachmentArgument }),
  action('cen-owner-id', {}),
  action('grant', {
    attachment: AttachmentArgument,
    clientToken: v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/, 'must be 1 to 128 characters of A-Z a-z 0-9 . _ : -')),
  }),
  action('revoke', { attachment: AttachmentArgument }),
  action('call', {
    call: v.variant('product', [
      v.strictObject({ product: v.literal('cbn'), operation: v.picklist(CALLABLE.cbn), ...callFields }),
      v.strictObject({ product: v.literal('vpc'), operation: v.picklist(CALLABLE.vpc), ...callFields }),
    ]),
  }),
])
export type FunctionEvent = v.InferOutput<typeof FunctionEvent>
export type FunctionAction = FunctionEvent['action']

export const ACTION_NAMES: readonly FunctionAction[] = FunctionEvent.options.map(
  ({ entries }) => entries.action.literal,
)

/** A failure without its kind: the worker classifies it by its own table. */
const ReportedFailure = v.object({
  code: v.string(),
  message: v.optional(v.string()),
  advice: v.optional(v.string()),
  httpStatus: v.optional(v.number()),
  apiRequestId: v.optional(v.string()),
  retryAfterMs: v.optional(v.number()),
})
type ReportedFailure = v.InferOutput<typeof ReportedFailure>

export const toReportedFailure = ({ kind, ...reported }: Failure): ReportedFailure => reported

type FunctionAnswer = { readonly ok: true; readonly value?: unknown } | { ok: false; failure: ReportedFailure }

export const toFunctionAnswer = (answer: Answer<unknown>): FunctionAnswer =>
  answer.ok ? answer : { ok: false, failure: toReportedFailure(answer.failure) }

export interface FunctionResponse {
  readonly version: number
  readonly answer: FunctionAnswer
  /** The refused attempts before the answer. */
  readonly refused: readonly ReportedFailure[]
}

const State: v.GenericSchema<unknown, AttachmentState> = v.pipe(
  v.object({
    status: v.picklist(['attached', 'attaching', 'detaching', 'absent']),
    attachedAtMs: v.optional(v.number()),
    managedBy: v.optional(v.string()),
    ownerId: v.optional(v.string()),
  }),
  v.transform(({ status, attachedAtMs, managedBy, ownerId }) => ({
    status,
    ...(attachedAtMs !== undefined && { attachedAtMs }),
    ...(managedBy !== undefined && { managedBy }),
    ...(ownerId !== undefined && { ownerId }),
  })),
)

const AnswerOf = <T>(value: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.variant('ok', [
      v.object({ ok: v.literal(true), value: v.optional(v.unknown()) }),
      v.object({ ok: v.literal(false), failure: ReportedFailure }),
    ]),
    v.rawTransform(({ dataset, addIssue, NEVER }): Answer<T> => {
      const output = dataset.value
      if (!output.ok) return { ok: false, failure: failureOf(output.failure) }
      const parsed = v.safeParse(value, output.value)
      if (parsed.success) return answered(parsed.output)
      addIssue({ message: 'is not the answer to this action' })
      return NEVER
    }),
  )

/** The schema of each action's value. */
export const VALUES = {
  attach: v.pipe(
    v.object({ apiRequestId: v.optional(v.string()) }),
    v.transform(({ apiRequestId }) => ({ ...(apiRequestId !== undefined && { apiRequestId }) })),
  ),
  detach: v.unknown(),
  'read-states': v.array(AnswerOf(State)),
  'cen-exists': v.boolean(),
  'attached-to': v.optional(v.string()),
  'is-granted': v.boolean(),
  'cen-owner-id': v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
  grant: v.unknown(),
  revoke: v.unknown(),
  call: v.record(v.string(), v.unknown()),
} satisfies Record<FunctionAction, v.GenericSchema<unknown, unknown>>
export type ValueOf<A extends FunctionAction> = v.InferOutput<(typeof VALUES)[A]>

interface FunctionReply<T> {
  readonly answer: Answer<T>
  readonly refused: readonly Failure[]
}

/** Reads the response of the function; after another text the outcome is unknown. */
export function readFunctionResponse<A extends FunctionAction>(name: A, text: string): FunctionReply<ValueOf<A>> {
  const value = VALUES[name] as v.GenericSchema<unknown, ValueOf<A>>
  const ResponseSchema = v.object({
    version: v.literal(PROTOCOL_VERSION),
    answer: AnswerOf(value),
    refused: v.optional(v.array(ReportedFailure), []),
  })
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ResponseSchema), text)
  if (parsed.success) return { answer: parsed.output.answer, refused: parsed.output.refused.map(failureOf) }
  const message = 'the answer of the function is not one of cen-attach'
  return { answer: unreadable(message), refused: [] }
}
