/** A redrive: what a letter becomes when it is sent back to the request queue, or why it cannot be. */
import * as v from 'valibot'
import { isRecord, unwrap } from '../domain/envelope.js'
import { type AttachmentRequest, describeFaults, parseRequest } from '../domain/request.js'
import { API_FIELD_NAMES, FIELD_NAMES, RequestFields } from '../domain/request-schema.js'
import type { DeadLetterView } from './dead-letter-view.js'

export interface FieldEdit {
  readonly field: string
  /** Absent: the field is taken out. */
  readonly value?: string | boolean
}

/** What is changed on the way; nothing leaves the body byte for byte. */
export interface RedriveChanges {
  readonly edits: readonly FieldEdit[]
  /** A `notAfter` that has passed is dropped, so that the request lives anew. */
  readonly renew: boolean
}

export const NO_CHANGES: RedriveChanges = { edits: [], renew: false }

export interface RedrivablePlan {
  readonly ok: true
  readonly body: string
  readonly redriveCount: number
  /** Messages of one group take turns with those of others; on a FIFO queue they keep their order. */
  readonly groupId: string
  readonly request: AttachmentRequest
}

export type RedrivePlan = RedrivablePlan | { readonly ok: false; readonly why: string; readonly todo: string }

/**
 * `sent`: it is a new submission, and off the dead-letter queue. `kept`: sent, but not removed yet; sent again it ends
 * under the same result id. `planned`: what a dry run would send. `refused`: it cannot be sent as it is. `unsent`: the
 * queue did not take it, or nobody came to it before a stop.
 */
export type RedriveOutcome = 'sent' | 'kept' | 'planned' | 'refused' | 'unsent'
/** Whether it is on the request queue again, wherever else it may be. */
export const isSent = (outcome: RedriveOutcome): boolean => outcome === 'sent' || outcome === 'kept'

export interface RedriveResult {
  readonly deadLetter: DeadLetterView
  readonly outcome: RedriveOutcome
  /** What was sent, or would be; absent where it was refused. */
  readonly plan?: RedrivablePlan
  /** Where it was not sent: what is wrong, and what to do. */
  readonly why?: string
  readonly todo?: string
}

export interface RedriveReport {
  /** One for every letter that was selected. */
  readonly redriven: readonly RedriveResult[]
  /** Letters about which were in other hands, so that nobody could select them. */
  readonly elsewhere: number
  /** In whose name the policy judges them: who sends, as the queue names them; absent if that is not known. */
  readonly senderId?: string
}

export interface PlanTimes {
  readonly nowMs: number
  readonly ttlMs: number
}

/** These name one attachment or one request: given to several letters they would make them the same. */
const UNIQUE_FIELDS: readonly string[] = ['childInstanceId', 'requestId']
/** Where no owner is named the child belongs to the account of the CENs, which is one account. */
const OWN_ACCOUNT = 'own-account'

/** Reads edits as `FIELD=VALUE`; without a value the field is taken out. All faults are named. */
export function readEdits(texts: readonly string[]): {
  readonly edits: readonly FieldEdit[]
  readonly faults: string[]
} {
  const faults: string[] = []
  const edits = texts.flatMap((text): FieldEdit[] => {
    const [, given = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    const field = canonicalName(given)
    if (given === '') faults.push(`--edit ${text}: must be FIELD=VALUE, or FIELD= to take the field out`)
    else if (value === '') return [{ field }]
    else {
      const known = FIELD_NAMES.find((name) => name === field)
      if (!known) faults.push(`--edit ${given}: is not a field of a request; the fields are ${FIELD_NAMES.join(', ')}`)
      else {
        const typed = known === 'dryRun' && /^(?:true|false)$/.test(value) ? value === 'true' : value
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

const canonicalName = (given: string): string =>
  Object.hasOwn(API_FIELD_NAMES, given) ? (API_FIELD_NAMES[given] ?? given) : given

/**
 * Plans a redrive of one of `count` selected letters. The body passes the validation that the worker will hold it to; the
 * policy is the worker's to ask, since it goes by who sends.
 */
export function planRedrive(
  deadLetter: DeadLetterView,
  changes: RedriveChanges,
  { nowMs, ttlMs }: PlanTimes,
  count = 1,
): RedrivePlan {
  if (deadLetter.truncated) return refused('its body was cut when it was dead-lettered', 'submit the row anew')
  const shared = count > 1 ? changes.edits.filter(({ field, value }) => value && UNIQUE_FIELDS.includes(field)) : []
  if (shared[0])
    return refused(`${shared[0].field} names one of them, and ${count} are selected`, 'select a single message')
  const times = { sentAtMs: nowMs, ttlMs }
  const edited = changes.edits.length > 0 ? edit(deadLetter.body, changes.edits) : deadLetter.body
  if (edited === undefined) return refused('its body is no JSON object, so it has no fields to edit', RESUBMIT_HINT)
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
    return refused(`notAfter (${instant}) has passed`, 'if it is still wanted: --renew, or --edit notAfter=TIME')
  }
  return {
    ok: true,
    body,
    redriveCount: deadLetter.redriveCount + 1,
    groupId: deadLetter.groupId ?? request.attachment.childInstanceOwnerId ?? OWN_ACCOUNT,
    request,
  }
}

const EDIT_HINT = 'correct it with --edit FIELD=VALUE; --edit FIELD= takes a field out'
const RESUBMIT_HINT = 'submit what was meant anew'

const refused = (why: string, todo: string): RedrivePlan => ({ ok: false, why, todo })

/** The request with its fields changed, out of its envelope; undefined where the body is no JSON object. */
function edit(body: string, edits: readonly FieldEdit[]): string | undefined {
  let value: unknown
  try {
    value = unwrap(JSON.parse(body)).value
  } catch {
    return undefined
  }
  if (!isRecord(value)) return undefined
  const changed = new Map(edits.map((one) => [one.field, one.value]))
  const kept = Object.entries(value).filter(([name]) => !changed.has(canonicalName(name)))
  const set = [...changed].filter(([, to]) => to !== undefined)
  return JSON.stringify(Object.fromEntries([...kept, ...set]))
}
