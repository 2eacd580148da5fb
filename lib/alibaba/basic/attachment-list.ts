/** What is known of the list of one CEN, from one page to the next. */
import { type ChildInstancePage, PAGE_SIZE } from './cbn.js'

/** What was seen is taken to stand while pages are read; after this long without one it is seen anew, in milliseconds. */
const VALID_MS = 60_000
/** Of a longer list nothing is kept. */
const MAX_KNOWN = 1_000

export interface AttachmentList {
  /** The page on which something is most likely new, of those that are not in `turned`; undefined: all are. */
  nextPage(pagesRead: ReadonlySet<number>): number | undefined
  /** How many pages are not in `turned`. */
  pagesLeft(pagesRead: ReadonlySet<number>): number
  /** A page was read. True where the latest stand on one that has come into being since the list was last read. */
  recordPage(page: number, answer: ChildInstancePage, nowMs: number): boolean
  /** True where every entry that the list had at the last page is known, and this is none of them. */
  isAbsent(childInstanceId: string): boolean
}

/**
 * The pages of a list are not read at one moment, and one that moves meanwhile may lose an entry. But a list that only grows
 * is wholly known once as many are known as it has; where it has become shorter, it is seen anew.
 */
export function createAttachmentList(): AttachmentList {
  let total = 1
  let known = new Set<string>()
  let readAtMs = -Infinity
  /** Where the latest are found: the API does not say in which order it lists. */
  let newestOn: 'first' | 'last' = 'last'
  const pages = () => Math.max(1, Math.ceil(total / PAGE_SIZE))
  const unreadPages = (pagesRead: ReadonlySet<number>) =>
    Array.from({ length: pages() }, (_, index) => index + 1).filter((page) => !pagesRead.has(page))

  return {
    nextPage: (pagesRead) => (newestOn === 'first' ? unreadPages(pagesRead)[0] : unreadPages(pagesRead).at(-1)),
    pagesLeft: (pagesRead) => unreadPages(pagesRead).length,
    recordPage(page, { instances, TotalCount }, nowMs) {
      if (TotalCount < total || nowMs - readAtMs > VALID_MS) known = new Set()
      const isEnd = pages() > 1 && page === (newestOn === 'first' ? 1 : pages())
      const before = known.size
      for (const { ChildInstanceId } of instances) known.add(ChildInstanceId)
      // It has grown, and not here: the latest stand at the other end.
      if (isEnd && TotalCount > total && TotalCount <= pages() * PAGE_SIZE && known.size === before)
        newestOn = newestOn === 'first' ? 'last' : 'first'
      const pagesBefore = pages()
      total = TotalCount
      readAtMs = nowMs
      if (known.size > total) known = new Set(instances.map(({ ChildInstanceId }) => ChildInstanceId))
      if (known.size > MAX_KNOWN) known = new Set()
      return newestOn === 'last' && pages() > pagesBefore
    },
    isAbsent: (childInstanceId) => known.size === total && !known.has(childInstanceId),
  }
}
