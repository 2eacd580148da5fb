/** Reads results from the topic, on which others may publish, too. */
import * as v from 'valibot'
import { ACTIONS, CHILD_INSTANCE_TYPES } from '../attachment.js'
import { replaceControls } from '../foreign-text.js'
import { GRANT_OPERATIONS, GRANT_PRODUCTS } from '../grant-call.js'
import { parseJson } from '../record.js'
import { isInstant, REGION_ID, RequestFields } from './request-schema.js'
import { type AttachmentResult, OUTCOMES, RESULT_TYPES, toResultGrant } from './result.js'

/** From 1970 on: reports count milliseconds since then. */
const instant = v.pipe(
  v.string(),
  v.check((text) => isInstant(text) && Date.parse(text) >= 0),
)
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Of one line, since each is printed in one. */
const text = v.pipe(v.string(), v.transform(replaceControls))
const texts = v.array(text)
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern))
const { cenId, childInstanceId, childInstanceRegionId, requestId } = RequestFields.entries
const name = requestId.wrapped

/** Ids and fixed words, which no shell reads otherwise: the command is written from them, and not taken from the result. */
const Grant = v.pipe(
  v.object({
    product: v.picklist(GRANT_PRODUCTS),
    operation: v.picklist(GRANT_OPERATIONS),
    ownerId: matching(/^[\w ]{1,64}$/),
    regionId: matching(REGION_ID),
    parameters: v.record(matching(/^[A-Za-z]{1,64}$/), matching(/^[\w.:-]{1,256}$/)),
  }),
  v.transform(toResultGrant),
)

const Data = v.object({
  requestId: name,
  correlationId: v.exactOptional(v.string()),
  campaignId: v.exactOptional(name),
  action: v.exactOptional(v.picklist(ACTIONS)),
  attachment: v.object({
    cenId: v.exactOptional(cenId),
    childInstanceId: v.exactOptional(childInstanceId),
    childInstanceType: v.exactOptional(v.picklist(CHILD_INSTANCE_TYPES)),
    childInstanceRegionId: v.exactOptional(childInstanceRegionId),
    childInstanceOwnerId: v.exactOptional(matching(/^\d{1,20}$/)),
  }),
  edition: v.exactOptional(v.picklist(['basic', 'enterprise'])),
  transitRouterId: v.exactOptional(text),
  transitRouterAttachmentId: v.exactOptional(text),
  zoneMappings: v.exactOptional(v.array(v.object({ zoneId: text, vSwitchId: text }))),
  associationRouteTableId: v.exactOptional(text),
  propagationRouteTableIds: v.exactOptional(texts),
  vpcRoutes: v.exactOptional(v.union([v.picklist(['published', 'none']), texts])),
  outcome: v.picklist(OUTCOMES),
  adopted: v.boolean(),
  error: v.exactOptional(
    v.object({
      code: text,
      kind: text,
      message: text,
      httpStatus: v.exactOptional(whole),
      apiRequestId: v.exactOptional(text),
      advice: text,
    }),
  ),
  grant: v.exactOptional(Grant),
  senderId: v.exactOptional(text),
  would: v.exactOptional(v.picklist(['attach', 'adopt', 'wait-for-grant', 'refuse', 'detach'])),
  reasons: v.exactOptional(texts),
  plan: v.exactOptional(v.array(v.object({ operation: text, parameters: v.record(text, v.unknown()) }))),
  receiveCount: whole,
  requestedAt: instant,
  finishedAt: instant,
  durationMs: whole,
})

const Result = v.object({
  specversion: v.literal('1.0'),
  id: matching(/^[0-9a-f]{64}$/),
  type: v.picklist(Object.values(RESULT_TYPES)),
  source: text,
  subject: text,
  time: instant,
  datacontenttype: v.literal('application/json'),
  traceparent: v.exactOptional(text),
  tracestate: v.exactOptional(text),
  data: Data,
})

/** The result in a body, without fields that no result has; undefined if it is none. Never throws. */
export function readResult(body: string): AttachmentResult | undefined {
  const read = v.safeParse(Result, parseJson(body))
  return read.success ? read.output : undefined
}
