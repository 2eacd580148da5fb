/** The invariants i–v that hold after every fault, checked on results, dead letters and the journal of the emulator. */
import { parseRequest } from '../../../lib/domain/messages/request.js'
import { type AttachmentResult, subjectOfUnreadable } from '../../../lib/domain/messages/result.js'
import type { JournalEntry } from '../../../lib/emulator/emulator.js'
import type { AttachmentRecord } from '../../../lib/emulator/world/attachment-records.js'

interface Evidence {
  /** The bodies that the queue accepted, each once. */
  readonly bodies: readonly string[]
  readonly results: readonly AttachmentResult[]
  readonly deadLetters: readonly { readonly body: string; readonly attributes: Readonly<Record<string, string>> }[]
  readonly journal: readonly JournalEntry[]
  readonly records: readonly AttachmentRecord[]
  /** Messages still on the request queue. */
  readonly left: number
  /** The most attach calls of one attachment under the plan. */
  readonly mostAttaches: number
}

const ATTACH = 'AttachCenChildInstance'

/** Every breach as a sentence; none if all five invariants hold. */
export function breachesOf(evidence: Evidence): string[] {
  const { bodies, results, deadLetters, journal, records, left, mostAttaches } = evidence
  const breaches: string[] = []
  const final = results.filter(({ data }) => data.outcome !== 'grant-required')
  const requested = new Set<string>()
  for (const body of bodies) {
    const parsed = parseRequest(body, { sentAtMs: Date.now(), ttlMs: 86_400_000 })
    const requestId = parsed.ok ? parsed.request.requestId : subjectOfUnreadable(body, parsed.partial).requestId
    const mine = final.filter(({ data }) => data.requestId === requestId)
    const ids = new Set(mine.map(({ id }) => id))
    if (ids.size !== 1)
      breaches.push(`(i) ${requestId} has ${ids.size} final outcomes: ${mine.map(({ data }) => data.outcome)}`)
    const [outcome] = mine
    const copies = deadLetters.filter((deadLetter) => deadLetter.body === body)
    if (outcome?.data.outcome === 'attached' && copies.length > 0)
      breaches.push(`(i) ${requestId} is attached and dead-lettered`)
    if (outcome?.data.outcome === 'failed' && copies.length === 0)
      breaches.push(`(iii) ${requestId} failed without a dead letter`)
    if (copies.some(({ attributes }) => attributes.resultId !== outcome?.id))
      breaches.push(`(i) ${requestId}: its dead letter names another result`)
    if (!parsed.ok) continue
    const { cenId, childInstanceId } = parsed.request.attachment
    requested.add(`${cenId}/${childInstanceId}`)
    const attaches = journal.filter(
      ({ action, parameters }) =>
        action === ATTACH && parameters.CenId === cenId && parameters.ChildInstanceId === childInstanceId,
    )
    if (attaches.length > mostAttaches) breaches.push(`(v) ${requestId} cost ${attaches.length} attach calls`)
    const effective = attaches.filter(({ code, fault }) => code === 'OK' && !(fault && 'code' in fault))
    if (effective.length > 1) breaches.push(`(v) ${requestId} was attached ${effective.length} times`)
  }
  for (const { cenId, childInstanceId, status } of records) {
    const isReported = results.some(
      ({ data }) =>
        data.outcome === 'attached' &&
        data.attachment.cenId === cenId &&
        data.attachment.childInstanceId === childInstanceId,
    )
    if (status === 'Attached' && requested.has(`${cenId}/${childInstanceId}`) && !isReported)
      breaches.push(`(ii) ${childInstanceId} is attached and was not reported`)
  }
  for (const { action, parameters } of journal) {
    if (action === ATTACH && !requested.has(`${parameters.CenId}/${parameters.ChildInstanceId}`))
      breaches.push(`(iv) ${parameters.ChildInstanceId} was not asked for`)
  }
  if (left > 0) breaches.push(`${left} messages are still on the queue`)
  return breaches
}
