/** The schema of a policy file, and all its faults. events/attachment-policy.schema.json is the same schema for editors. */
import * as v from 'valibot'
import { ACTIONS, CHILD_INSTANCE_TYPES } from '../domain/attachment.js'
import { type FieldFault, positionOf } from '../domain/messages/request.js'
import { INSTANT, isInstant, RequestFields } from '../domain/messages/request-schema.js'
import { Cidr, ROUTE_TABLE_ID, VPC_ROUTE_WORDS } from '../domain/options/schema.js'
import { isRecord } from '../domain/record.js'
import { DAYS } from './schedule.js'

/** Stands for every CEN, account, sender or route table; an absent field does not. */
export const ANY = '*'
/** Stands for a request without `childInstanceOwnerId`: the child instance belongs to the account of the CEN. */
export const CEN_OWNER = 'cen-owner'

/**
 * A sender id as SQS reports it (ReceiveMessage, SenderId): the id of a user or an account, or that of a role with its session.
 * A star may end only a session name: without the colon before it, it would match the ids of other roles.
 */
const SENDER_ID = String.raw`(?!AROA[A-Z0-9]*$)[A-Za-z0-9]{1,128}(?::(?:[\w+=,.@-]{1,128}|[\w+=,.@-]{0,127}\*))?`
const SENDER = new RegExp(String.raw`^(?:\*|${SENDER_ID})$`)
/** A sender that is not all of them. */
export const ONE_SENDER = new RegExp(`^${SENDER_ID}$`)
const QUEUE = /^(?:arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:)?[A-Za-z0-9_-]{1,80}(?:\.fifo)?$/
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/
const OWNER = /^(?:\*|cen-owner|[0-9]{1,20})$/
const OFFSET = /^(?:Z|[+-](?:0[0-9]|1[0-4]):(?:00|15|30|45))$/

const matching = (pattern: RegExp, message: string) => v.pipe(v.string(message), v.regex(pattern, message))
const list = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item, 'must be a list'), v.minLength(1, 'must not be empty'))

/** An object that is no array. */
const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.pipe(v.custom<Record<string, unknown>>(isRecord, 'must be an object'), v.strictObject(entries))

const instant = v.pipe(v.string(INSTANT), v.check(isInstant, INSTANT))
const shortText = v.pipe(v.string('must be a string'), v.maxLength(256, 'must have at most 256 characters'))

const span = { from: v.optional(instant), until: v.optional(instant) }
const weekly = {
  days: list(v.picklist(DAYS, `must be one of ${DAYS.join(', ')}`)),
  from: matching(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day, such as 22:00'),
  until: matching(/^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'must be a time of day, such as 06:00, or 24:00'),
  offset: matching(OFFSET, 'must be Z or an offset from UTC, such as +08:00'),
}
const isWeekly = (value: unknown): boolean => isRecord(value) && Object.hasOwn(value, 'days')

const SpanWindow = object(span)
const WeeklyWindow = object(weekly)
const SpanFreeze = object({ ...span, reason: v.optional(shortText) })
const WeeklyFreeze = object({ ...weekly, reason: v.optional(shortText) })
const Window = v.lazy(
  (value): v.GenericSchema<v.InferOutput<typeof SpanWindow | typeof WeeklyWindow>> =>
    isWeekly(value) ? WeeklyWindow : SpanWindow,
)
const Freeze = v.lazy(
  (value): v.GenericSchema<v.InferOutput<typeof SpanFreeze | typeof WeeklyFreeze>> =>
    isWeekly(value) ? WeeklyFreeze : SpanFreeze,
)

const PolicyRule = object({
  id: matching(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 characters of A-Z a-z 0-9 . _ : -'),
  description: v.optional(shortText),
  senders: v.optional(
    list(
      matching(
        SENDER,
        'must be a sender id: a user (AIDA…), an account, a session of a role (AROA…:name) or sessions of it (AROA…:*, AROA…:name*)',
      ),
    ),
  ),
  queues: v.optional(list(matching(QUEUE, 'must be the name or the ARN of a queue'))),
  topics: v.optional(list(matching(TOPIC, 'must be the ARN of a topic'))),
  cenIds: list(
    v.union(
      [v.literal(ANY), RequestFields.entries.cenId],
      'must be the id of a CEN instance (cen-…), or * for every one',
    ),
  ),
  ownerIds: list(
    matching(OWNER, 'must be an account id (digits), cen-owner for requests without an owner, or * for every one'),
  ),
  regionIds: v.optional(list(RequestFields.entries.childInstanceRegionId)),
  childInstanceTypes: v.optional(list(v.picklist(CHILD_INSTANCE_TYPES, 'must be VPC, VBR or CCN'))),
  actions: v.optional(list(v.picklist(ACTIONS, 'must be attach or detach'))),
  routeTableIds: v.optional(
    list(
      matching(
        new RegExp(`^(?:\\*|default|none)$|${ROUTE_TABLE_ID.source}`),
        'must be the id of a route table of a transit router (vtb-…), default, none, or * for every one',
      ),
    ),
  ),
  vpcRoutes: v.optional(
    list(
      v.union(
        [v.picklist(VPC_ROUTE_WORDS), Cidr],
        'must be private, published, none, or an IPv4 CIDR block without host bits, such as 10.0.0.0/8',
      ),
    ),
  ),
  windows: v.optional(list(Window)),
  freezes: v.optional(list(Freeze)),
  dryRunOnly: v.optional(v.boolean('must be true or false')),
})

export const PolicyFile = object({
  $schema: v.optional(v.string('must be a string')),
  version: v.literal(1, 'must be 1'),
  rules: v.array(PolicyRule, 'must be a list'),
  freezes: v.optional(list(Freeze)),
})

export type PolicyFile = v.InferOutput<typeof PolicyFile>
export type PolicyRule = PolicyFile['rules'][number]

export type PolicyFileReading =
  | { readonly ok: true; readonly file: PolicyFile }
  | { readonly ok: false; readonly faults: readonly FieldFault[] }

/** Parses the text of a policy file; reports every fault with its path. Never throws. */
export function readPolicyFile(text: string): PolicyFileReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, faults: [{ path: '$', message: `is not JSON${positionOf(error)}` }] }
  }
  const parsed = v.safeParse(PolicyFile, value)
  const faults = parsed.success ? contradictions(parsed.output) : parsed.issues.map(faultOf)
  return parsed.success && faults.length === 0 ? { ok: true, file: parsed.output } : { ok: false, faults }
}

function faultOf(issue: v.BaseIssue<unknown>): FieldFault {
  const path = (issue.path ?? []).reduce(
    (joined, { key }) => joined + (typeof key === 'number' ? `[${key}]` : `.${key}`),
    '',
  )
  const message =
    issue.expected === 'never'
      ? 'is not a key that a policy has here'
      : issue.received === 'undefined' && issue.path !== undefined
        ? 'is required'
        : issue.message
  return { path: path.replace(/^\./, '') || '$', message }
}

/** Fields that are valid alone and invalid together. */
function contradictions({ rules, freezes }: PolicyFile): FieldFault[] {
  const ids = rules.map(({ id }) => id)
  return [
    ...rules.flatMap((rule, index) => {
      const at = `rules[${index}]`
      const { id, senders, queues, topics } = rule
      const faults: FieldFault[] = []
      if (ids.indexOf(id) < index) faults.push({ path: `${at}.id`, message: `is the id of rules[${ids.indexOf(id)}]` })
      if (!senders && !queues && !topics)
        faults.push({ path: at, message: `must have senders (${ANY} for every one), queues or topics` })
      if (senders && topics)
        faults.push({
          path: `${at}.topics`,
          message: 'cannot be combined with senders: messages of a topic have the sender id of AWS',
        })
      return [
        ...faults,
        ...impossibleTimes(rule.windows, `${at}.windows`),
        ...impossibleTimes(rule.freezes, `${at}.freezes`),
      ]
    }),
    ...impossibleTimes(freezes, 'freezes'),
  ]
}

function impossibleTimes(windows: PolicyRule['windows'], at: string): FieldFault[] {
  return (windows ?? []).flatMap((window, index) => {
    const path = `${at}[${index}]`
    if ('days' in window)
      return window.from === window.until
        ? [{ path: `${path}.until`, message: 'must differ from from; a whole day is 00:00 to 24:00' }]
        : []
    if (window.from === undefined && window.until === undefined)
      return [{ path, message: 'must have from, until or both; or days, from, until and offset' }]
    if (window.from !== undefined && window.until !== undefined && Date.parse(window.from) >= Date.parse(window.until))
      return [{ path: `${path}.until`, message: 'must be later than from' }]
    return []
  })
}
