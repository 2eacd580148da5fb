/** What is known of one CEN's list of attachments, accumulated over pages. */
import { NUMBERED_PAGE } from '../sdk/read-lists.js'
import type { ChildInstancePage } from './cbn.js'

/** The known entries expire this long after the latest page, in milliseconds. */
const VALID_MS = 60_000
/** The entries of a longer list are not stored. */
const MAX_KNOWN = 1_000

export interface AttachmentList {
  /** The page that most likely has new entries, outside `pagesRead`; undefined if all were read. */
  nextPage(pagesRead: ReadonlySet<number>): number | undefined
  /** The number of pages outside `pagesRead`. */
  pagesLeft(pagesRead: ReadonlySet<number>): number
  /** Begins a batch of readings. */
  begin(): void
  /** Records a page. True if the list has a new last page since it was last read, which has the newest entries. */
  recordPage(page: number, answer: ChildInstancePage, nowMs: number): boolean
  /** True if every entry of the list is known and this is none of them. `exact`: known from this batch. */
  isAbsent(childInstanceId: string, exact: boolean): boolean
}

/**
 * A list is known once it has as many entries as its TotalCount. Pages are not read at one moment, so when it becomes shorter,
 * its entries are forgotten. Entries of earlier batches make an absence likely, and do not prove it: one may have left the
 * list since, and another one come.
 */
export function createAttachmentList(): AttachmentList {
  let total = 1
  let known = new Set<string>()
  let readInBatch = new Set<string>()
  let readAtMs = -Infinity
  /** Where the newest entries are: the API does not document its order. */
  let newestOn: 'first' | 'last' = 'last'
  const pages = () => Math.max(1, Math.ceil(total / NUMBERED_PAGE))
  const unreadPages = (pagesRead: ReadonlySet<number>) =>
    Array.from({ length: pages() }, (_, index) => index + 1).filter((page) => !pagesRead.has(page))

  return {
    begin() {
      readInBatch = new Set()
    },
    nextPage: (pagesRead) => (newestOn === 'first' ? unreadPages(pagesRead)[0] : unreadPages(pagesRead).at(-1)),
    pagesLeft: (pagesRead) => unreadPages(pagesRead).length,
    recordPage(page, { instances, TotalCount }, nowMs) {
      if (TotalCount < total || nowMs - readAtMs > VALID_MS) known = new Set()
      if (TotalCount < total) readInBatch = new Set()
      const isEnd = pages() > 1 && page === (newestOn === 'first' ? 1 : pages())
      const before = known.size
      for (const { ChildInstanceId } of instances) {
        known.add(ChildInstanceId)
        readInBatch.add(ChildInstanceId)
      }
      // The list has grown, but not on this page: the newest entries are at the other end.
      if (isEnd && TotalCount > total && TotalCount <= pages() * NUMBERED_PAGE && known.size === before)
        newestOn = newestOn === 'first' ? 'last' : 'first'
      const pagesBefore = pages()
      total = TotalCount
      readAtMs = nowMs
      if (known.size > total) known = new Set(instances.map(({ ChildInstanceId }) => ChildInstanceId))
      if (known.size > MAX_KNOWN) known = new Set()
      return newestOn === 'last' && pages() > pagesBefore
    },
    isAbsent(childInstanceId, exact) {
      const entries = exact ? readInBatch : known
      return entries.size === total && !entries.has(childInstanceId)
    },
  }
}
