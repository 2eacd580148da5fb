/** Finds attachments with few calls: one listing of a transit router answers every pending reading of it. */
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import type { Answer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { coalesceReads, distinct, type ReadRequest } from '../basic/read-coalescer.js'
import { MAX_LISTED, readAllTokens } from '../sdk/read-answer.js'
import type { RpcCall } from '../sdk/rpc.js'
import {
  type AttachmentFilter,
  type FoundAttachment,
  listAttachments,
  type RouterChildType,
} from './calls/attachments.js'
import { TOKEN_PAGE } from './calls/routers.js'

export const MAX_PAGES = MAX_LISTED / TOKEN_PAGE

/** Undefined: the child instance is not attached to the CEN in its region. */
export type ReadAttachment = (
  attachment: Attachment,
  limits: CallLimits,
) => Promise<Answer<FoundAttachment | undefined>>

interface Listing {
  readonly found: readonly FoundAttachment[]
  /** True if what is not in it is not attached. */
  readonly isWhole: boolean
}

type Pending = ReadRequest<FoundAttachment | undefined>

/** `cbn`: readings, paced. The reading begins after the call of the returned function. */
export function createAttachmentReader(cbn: RpcCall, type: RouterChildType, clock: Clock): ReadAttachment {
  /** The length of each list when it was last read to its end. */
  const lengths = new Map<string, number>()

  const regionOf = ({ cenId, childInstanceRegionId }: Attachment): AttachmentFilter => ({
    CenId: cenId,
    RegionId: childInstanceRegionId,
  })
  /** Pages are not read at one moment: a list is whole if it is one page, or has as many entries as its TotalCount. */
  const list = async (filter: AttachmentFilter, limits: CallLimits): Promise<Answer<Listing>> => {
    let [pages, totalCount] = [0, Number.NaN]
    const answer = await readAllTokens(async (nextToken) => {
      const page = await listAttachments(cbn, type, filter, nextToken, limits)
      pages += 1
      if (page.ok) totalCount = page.value.totalCount ?? Number.NaN
      return page
    }, MAX_PAGES)
    if (!answer.ok) return answer
    const ids = new Set(answer.value.map(({ id }) => id))
    return { ok: true, value: { found: answer.value, isWhole: pages === 1 || ids.size === totalCount } }
  }

  const readOne: ReadAttachment = async (attachment, limits) => {
    const { childInstanceId } = attachment
    const answer = await list({ ...regionOf(attachment), childInstanceId }, limits)
    if (answer.ok) return { ok: true, value: answer.value.found.find((one) => one.childInstanceId === childInstanceId) }
    return answer.failure.kind === 'absent' ? { ok: true, value: undefined } : answer
  }

  /** Several readings: those that are Attaching are found by one call, the rest by singles or by pages, whichever is fewer. */
  const answerTogether = async (key: string, batch: readonly Pending[], limits: CallLimits): Promise<void> => {
    const [first] = batch
    if (!first) return
    const waiting = new Map(batch.map((one) => [one.attachment.childInstanceId, one]))
    const settle = (found: readonly FoundAttachment[]) => {
      for (const attachment of found) {
        waiting.get(attachment.childInstanceId)?.resolve({ ok: true, value: attachment })
        waiting.delete(attachment.childInstanceId)
      }
    }
    const filter = regionOf(first.attachment)
    for (const Status of ['Attaching', undefined]) {
      const calls = Math.ceil((lengths.get(key) ?? 0) / TOKEN_PAGE)
      if (Status === undefined ? waiting.size <= Math.max(1, calls) : waiting.size <= 1) break
      const listed = await list({ ...filter, ...(Status !== undefined && { Status }) }, limits)
      if (!listed.ok && listed.failure.kind !== 'absent') {
        for (const { resolve } of waiting.values()) resolve(listed)
        return
      }
      const { found, isWhole } = listed.ok ? listed.value : { found: [], isWhole: true }
      settle(found)
      if (Status !== undefined) continue
      remember(lengths, key, found.length)
      if (!isWhole) continue
      for (const { resolve } of waiting.values()) resolve({ ok: true, value: undefined })
      return
    }
    await Promise.all([...waiting.values()].map(async (one) => one.resolve(await readOne(one.attachment, one.limits))))
  }

  return coalesceReads<FoundAttachment | undefined>({
    keyOf: ({ cenId, childInstanceRegionId }) => `${cenId} ${childInstanceRegionId}`,
    choose(waiting) {
      const alone = waiting.find(({ limits }) => limits.alone)
      if (alone) return { batch: [alone], rest: waiting.filter((one) => one !== alone) }
      return distinct(waiting)
    },
    answer: answerTogether,
    clock,
  })
}

const MAX_KNOWN = 2_000

function remember(lengths: Map<string, number>, key: string, length: number): void {
  lengths.delete(key)
  lengths.set(key, length)
  const [oldest] = lengths.keys()
  if (lengths.size > MAX_KNOWN && oldest !== undefined) lengths.delete(oldest)
}
