/** Reads results from the topic, on which others may publish, too, and the fields that reports share with them. */
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
const COUNT = 'must be a whole number, at least 0'
export const wholeNumber = v.pipe(v.number(COUNT), v.safeInteger(COUNT), v.minValue(0, COUNT))
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

export const zoneMappings = v.exactOptional(v.array(v.strictObject({ zoneId: text, vSwitchId: text })))

/** The details of an attachment, in results and reports. */
export const DETAIL_FIELDS = {
  edition: v.exactOptional(v.picklist(['basic', 'enterprise'])),
  transitRouterId: v.exactOptional(text),
  transitRouterAttachmentId: v.exactOptional(text),
  zoneMappings,
  associationRouteTableId: v.exactOptional(text),
  propagationRouteTableIds: v.exactOptional(texts),
  vpcRoutes: v.exactOptional(v.union([v.picklist(['published', 'none']), texts])),
  reasons: v.exactOptional(texts),
}

export const ERROR_FIELDS = {
  code: text,
  kind: text,
  message: text,
  httpStatus: v.exactOptional(wholeNumber),
  apiRequestId: v.exactOptional(text),
  advice: text,
}

export const would = v.picklist(['attach', 'adopt', 'wait-for-grant', 'refuse', 'detach'])
export const plan = v.array(v.strictObject({ operation: text, parameters: v.record(text, v.unknown()) }))

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
  ...DETAIL_FIELDS,
  outcome: v.picklist(OUTCOMES),
  adopted: v.boolean(),
  error: v.exactOptional(v.object(ERROR_FIELDS)),
  grant: v.exactOptional(Grant),
  senderId: v.exactOptional(text),
  would: v.exactOptional(would),
  plan: v.exactOptional(plan),
  receiveCount: wholeNumber,
  requestedAt: instant,
  finishedAt: instant,
  durationMs: wholeNumber,
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
