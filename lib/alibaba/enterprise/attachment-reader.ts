/** Finds attachments with few calls: one listing of a transit router answers every pending reading of it. */
import type { Attachment } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered } from '../../domain/failure.js'
import { putNewest } from '../../domain/kept.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { aloneOr, coalesceReads, distinct, type ReadRequest } from '../basic/read-coalescer.js'
import { readAllTokens, TOKEN_PAGE } from '../sdk/read-lists.js'
import type { RpcCall } from '../sdk/rpc.js'
import {
  type AttachmentFilter,
  type FoundAttachment,
  listAttachments,
  MAX_ATTACHMENT_PAGES,
  type RouterChildType,
} from './calls/attachments.js'

/** Lists whose last reading is remembered. */
const MAX_KNOWN = 200

/** Undefined: the child instance is not attached to the CEN in its region. */
export type ReadAttachment = (
  attachment: Attachment,
  limits: CallLimits,
) => Promise<Answer<FoundAttachment | undefined>>

/** The list of VBRs also names attachments that are no more (ListTransitRouterVbrAttachments, Status). */
const GONE = 'detached'

interface Listing {
  readonly found: readonly FoundAttachment[]
  /** True if what is not in it is not attached. */
  readonly isWhole: boolean
}

interface LastListing {
  readonly beganAtMs: number
  readonly length: number
  /** The child instances in it; absent if it was not whole. */
  readonly ids?: Set<string> | undefined
  /** First readings since then that were made as singles. */
  firstSingles: number
}

type Pending = ReadRequest<FoundAttachment | undefined>

/** `cbn`: readings, paced. The reading begins after the call of the returned function. */
export function createAttachmentReader(cbn: RpcCall, type: RouterChildType, clock: Clock): ReadAttachment {
  /** Each list as it was last read to its end. */
  const lists = new Map<string, LastListing>()
  const keyOf = ({ cenId, childInstanceRegionId }: Attachment) => `${cenId} ${childInstanceRegionId}`

  const regionOf = ({ cenId, childInstanceRegionId }: Attachment): AttachmentFilter => ({
    CenId: cenId,
    RegionId: childInstanceRegionId,
  })
  /** Pages are not read at one moment: a list is whole if it is one page, or all pages count as many as it has. */
  const list = async (filter: AttachmentFilter, limits: CallLimits): Promise<Answer<Listing>> => {
    let pages = 0
    const counts = new Set<number | undefined>()
    const answer = await readAllTokens(async (nextToken) => {
      const page = await listAttachments(cbn, type, filter, nextToken, limits)
      pages += 1
      if (page.ok) counts.add(page.value.totalCount)
      return page
    }, MAX_ATTACHMENT_PAGES)
    if (!answer.ok) return answer
    const found = answer.value.filter(({ status }) => status.toLowerCase() !== GONE)
    // What was found is no longer absent by an earlier listing.
    const earlier = lists.get(`${filter.CenId} ${filter.RegionId}`)?.ids
    for (const { childInstanceId } of found) earlier?.add(childInstanceId)
    const ids = new Set(answer.value.map(({ id }) => id))
    return answered({ found, isWhole: pages === 1 || (counts.size === 1 && counts.has(ids.size)) })
  }

  const readOne: ReadAttachment = async (attachment, limits) => {
    const { childInstanceId } = attachment
    const answer = await list({ ...regionOf(attachment), childInstanceId }, limits)
    if (answer.ok) return answered(answer.value.found.find((one) => one.childInstanceId === childInstanceId))
    return answer.failure.kind === 'absent' ? answered(undefined) : answer
  }

  /**
   * Answers the readings that wait. A list that was one page is read as a whole. Otherwise one call finds what is Attaching if
   * several wait, and the rest is read one by one, or from all pages if those are fewer calls. The first readings (those with
   * `sinceMs`) that were made one by one since the last listing count too: a listing also answers the next first readings.
   */
  const answerTogether = async (key: string, batch: readonly Pending[], limits: CallLimits): Promise<void> => {
    const [first] = batch
    if (!first) return
    const waiting = new Map(batch.map((one) => [one.attachment.childInstanceId, one]))
    const settle = (found: readonly FoundAttachment[]) => {
      for (const attachment of found) {
        waiting.get(attachment.childInstanceId)?.resolve(answered(attachment))
        waiting.delete(attachment.childInstanceId)
      }
    }
    const filter = regionOf(first.attachment)
    const last = lists.get(key)
    const pages = last && Math.max(1, Math.ceil(last.length / TOKEN_PAGE))
    /** A list that was never read is taken as one page if several readings wait for it. */
    const pagesAreFewer = () =>
      last && pages ? pages === 1 || waiting.size + last.firstSingles > pages : waiting.size > 1
    /** Answers the readings that the list has. If it fails, the failure answers all, and the result is undefined. */
    const answerFrom = async (query: AttachmentFilter): Promise<Listing | undefined> => {
      const listed = await list(query, limits)
      if (!listed.ok && listed.failure.kind !== 'absent') {
        for (const { resolve } of waiting.values()) resolve(listed)
        return undefined
      }
      const listing = listed.ok ? listed.value : { found: [], isWhole: true }
      settle(listing.found)
      return listing
    }
    if (!first.limits.alone) {
      if (pages !== 1 && waiting.size > 1 && !(await answerFrom({ ...filter, Status: 'Attaching' }))) return
      if (pagesAreFewer()) {
        const beganAtMs = clock.now()
        const listing = await answerFrom(filter)
        if (!listing) return
        const { found, isWhole } = listing
        const ids = isWhole ? new Set(found.map(({ childInstanceId }) => childInstanceId)) : undefined
        putNewest(lists, key, { beganAtMs, length: found.length, ids, firstSingles: 0 }, MAX_KNOWN)
        if (isWhole) {
          for (const { resolve } of waiting.values()) resolve(answered(undefined))
          return
        }
      }
    }
    if (last)
      last.firstSingles += [...waiting.values()].filter(({ limits: { sinceMs } }) => sinceMs !== undefined).length
    await Promise.all([...waiting.values()].map(async (one) => one.resolve(await readOne(one.attachment, one.limits))))
  }

  const readTogether = coalesceReads<FoundAttachment | undefined>({
    keyOf,
    choose: aloneOr(distinct),
    answer: answerTogether,
    clock,
  })

  return (attachment, limits) => {
    const { beganAtMs = 0, ids } = lists.get(keyOf(attachment)) ?? {}
    const isRecent = limits.sinceMs !== undefined && beganAtMs >= limits.sinceMs
    const isAbsent = isRecent && !limits.alone && ids !== undefined && !ids.has(attachment.childInstanceId)
    return isAbsent ? Promise.resolve(answered(undefined)) : readTogether(attachment, limits)
  }
}
