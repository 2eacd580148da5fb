/** The plan of a redrive: the message that a dead letter becomes on the request queue, or why it cannot be sent. */
import * as v from 'valibot'
import { tenantOf } from '../domain/attachment.js'
import { unwrap } from '../domain/messages/envelope.js'
import { type AttachmentRequest, describeFaults, parseRequest } from '../domain/messages/request.js'
import { FIELD_NAMES, fieldOf, RequestFields } from '../domain/messages/request-schema.js'
import { valueOfText } from '../domain/options/text.js'
import { isRecord, parseJson } from '../domain/record.js'
import type { DeadLetterView } from './dead-letter-view.js'

interface FieldEdit {
  readonly field: string
  /** Absent: the field is removed. */
  readonly value?: unknown
}

/** Without changes the body stays the same, byte for byte. */
export interface RedriveChanges {
  readonly edits: readonly FieldEdit[]
  /** A `notAfter` in the past is dropped, so that the request gets a new lifetime. */
  readonly renew: boolean
}

export const NO_CHANGES: RedriveChanges = { edits: [], renew: false }

export interface RedrivablePlan {
  readonly ok: true
  readonly body: string
  readonly redriveCount: number
  /** The MessageGroupId: a tenant of a fair queue; on a FIFO queue messages of one group keep their order. */
  readonly groupId: string
  readonly request: AttachmentRequest
}

type RedrivePlan = RedrivablePlan | { readonly ok: false; readonly why: string; readonly todo: string }

/**
 * `sent`: sent, and deleted from the dead-letter queue. `kept`: sent, but not yet deleted; another redrive has the same
 * result id. `planned`: a dry run would send it. `refused`: it cannot be sent unchanged. `unsent`: the queue refused it,
 * or the redrive was stopped before it.
 */
export type RedriveOutcome = 'sent' | 'kept' | 'planned' | 'refused' | 'unsent'
/** Whether it is on the request queue again. */
export const isSent = (outcome: RedriveOutcome): boolean => outcome === 'sent' || outcome === 'kept'

export interface RedriveResult {
  readonly deadLetter: DeadLetterView
  readonly outcome: RedriveOutcome
  /** The message that was sent, or would be; absent on `refused`. */
  readonly plan?: RedrivablePlan
  /** If it was not sent: the cause. */
  readonly why?: string
  /** If it was not sent: what to do. */
  readonly todo?: string
}

export interface RedriveReport {
  /** One for each selected dead letter. */
  readonly redriven: readonly RedriveResult[]
  /** About how many dead letters other readers held, so that they could not be selected. */
  readonly elsewhere: number
  /** The sender that the policy evaluates, as the queue reports it; absent if unknown. */
  readonly senderId?: string
}

export interface PlanTimes {
  readonly nowMs: number
  readonly ttlMs: number
}

/** Fields that identify one attachment or one request: an edit of them for several dead letters would make duplicates. */
const UNIQUE_FIELDS: readonly string[] = ['childInstanceId', 'requestId']

/** Reads edits `FIELD=VALUE`; without a value the field is removed. Returns all faults. */
export function readEdits(texts: readonly string[]): {
  readonly edits: readonly FieldEdit[]
  readonly faults: string[]
} {
  const faults: string[] = []
  const edits = texts.flatMap((text): FieldEdit[] => {
    const [, given = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    const field = canonicalName(given)
    if (given === '') faults.push(`--edit ${text}: must be FIELD=VALUE, or FIELD= to remove the field`)
    else if (value === '' && field !== 'action') return [{ field }]
    else {
      const known = FIELD_NAMES.find((name) => name === field)
      if (!known) faults.push(`--edit ${given}: is not a field of a request; the fields are ${FIELD_NAMES.join(', ')}`)
      else if (known === 'action') faults.push(`--edit action: ${KEEPS_ACTION}`)
      else {
        const typed = valueOfText(known, value)
        const issue = v.safeParse(RequestFields.entries[known], typed).issues?.[0]
        if (!issue) return [{ field, value: typed }]
        faults.push(`--edit ${field}: ${issue.message}`)
      }
    }
    return []
  })
  const twice = edits.filter(({ field }, index) => edits.findIndex((edit) => edit.field === field) < index)
  faults.push(...twice.map(({ field }) => `--edit ${field}: is given twice`))
  return { edits, faults }
}

const KEEPS_ACTION = 'a redrive keeps the action; submit a file of the rows, with --detach to detach them'

const canonicalName = (given: string): string => fieldOf(given) ?? given

/**
 * Plans the redrive of one of `count` selected dead letters. The body passes the worker's validation. The policy is not
 * evaluated here: the worker does, by sender.
 */
export function planRedrive(
  deadLetter: DeadLetterView,
  changes: RedriveChanges,
  { nowMs, ttlMs }: PlanTimes,
  count = 1,
): RedrivePlan {
  if (deadLetter.truncated) return refused('its body was cut when it was dead-lettered', 'submit the row again')
  const shared = count > 1 ? changes.edits.filter(({ field, value }) => value && UNIQUE_FIELDS.includes(field)) : []
  if (shared[0])
    return refused(`${shared[0].field} names one of them, and ${count} are selected`, 'select a single message')
  const times = { sentAtMs: nowMs, ttlMs }
  const edited = changes.edits.length > 0 ? edit(deadLetter.body, changes.edits) : deadLetter.body
  if (edited === undefined) return refused('its body is not a JSON object, so it has no fields to edit', RESUBMIT_HINT)
  const first = parseRequest(edited, times)
  const passed = first.ok && first.request.notAfterMs <= nowMs
  const body = passed && changes.renew ? (edit(edited, [{ field: 'notAfter' }]) ?? edited) : edited
  const parsed = body === edited ? first : parseRequest(body, times)
  if (!parsed.ok) {
    const isEditable = edit(body, []) !== undefined
    const why = describeFaults(parsed.faults).replace(/^\$: /, 'the body ')
    return refused(why, isEditable ? EDIT_HINT : RESUBMIT_HINT)
  }
  const { request } = parsed
  if (request.notAfterMs <= nowMs) {
    const instant = new Date(request.notAfterMs).toISOString()
    return refused(`notAfter (${instant}) has passed`, 'to redrive it nevertheless: --renew, or --edit notAfter=TIME')
  }
  return {
    ok: true,
    body,
    redriveCount: deadLetter.redriveCount + 1,
    groupId: deadLetter.groupId ?? tenantOf(request.attachment),
    request,
  }
}

const EDIT_HINT = 'correct it with --edit FIELD=VALUE; --edit FIELD= removes a field'
const RESUBMIT_HINT = 'submit a correct request'

const refused = (why: string, todo: string): RedrivePlan => ({ ok: false, why, todo })

/** The request with changed fields, without its envelope; undefined if the body is not a JSON object. */
function edit(body: string, edits: readonly FieldEdit[]): string | undefined {
  const { value } = unwrap(parseJson(body))
  if (!isRecord(value)) return undefined
  const changed = new Map(edits.map((one) => [one.field, one.value]))
  const kept = Object.entries(value).filter(([name]) => !changed.has(canonicalName(name)))
  const set = [...changed].filter(([, to]) => to !== undefined)
  return JSON.stringify(Object.fromEntries([...kept, ...set]))
}
