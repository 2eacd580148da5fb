/** What is known of the list of one CEN, from one page to the next. */
import { type ChildInstancePage, PAGE_SIZE } from './cbn.js'

/** What was seen is taken to stand while pages are read; after this long without one it is seen anew, in milliseconds. */
const STANDS_MS = 60_000
/** Of a longer list nothing is kept. */
const MOST_KNOWN = 1_000

export interface CenList {
  /** The page on which something is most likely new, of those that are not in `turned`; undefined: all are. */
  nextPage(turned: ReadonlySet<number>): number | undefined
  /** How many pages are not in `turned`. */
  pagesLeft(turned: ReadonlySet<number>): number
  /** A page was read. True where the latest stand on one that has come into being since the list was last read. */
  saw(page: number, said: ChildInstancePage, nowMs: number): boolean
  /** True where every entry that the list had at the last page is known, and this is none of them. */
  lacks(childInstanceId: string): boolean
}

/**
 * The pages of a list are not read at one moment, and one that moves meanwhile may lose an entry. But a list that only grows
 * is wholly known once as many are known as it has; where it has become shorter, it is seen anew.
 */
export function createCenList(): CenList {
  let total = 1
  let known = new Set<string>()
  let readAtMs = -Infinity
  /** Where the latest are found: the API does not say in which order it lists. */
  let latestOn: 'first' | 'last' = 'last'
  const pages = () => Math.max(1, Math.ceil(total / PAGE_SIZE))
  const left = (turned: ReadonlySet<number>) =>
    Array.from({ length: pages() }, (_, index) => index + 1).filter((page) => !turned.has(page))

  return {
    nextPage: (turned) => (latestOn === 'first' ? left(turned)[0] : left(turned).at(-1)),
    pagesLeft: (turned) => left(turned).length,
    saw(page, { instances, TotalCount }, nowMs) {
      if (TotalCount < total || nowMs - readAtMs > STANDS_MS) known = new Set()
      const isEnd = pages() > 1 && page === (latestOn === 'first' ? 1 : pages())
      const before = known.size
      for (const { ChildInstanceId } of instances) known.add(ChildInstanceId)
      // It has grown, and not here: the latest stand at the other end.
      if (isEnd && TotalCount > total && TotalCount <= pages() * PAGE_SIZE && known.size === before)
        latestOn = latestOn === 'first' ? 'last' : 'first'
      const pagesBefore = pages()
      total = TotalCount
      readAtMs = nowMs
      if (known.size > total) known = new Set(instances.map(({ ChildInstanceId }) => ChildInstanceId))
      if (known.size > MOST_KNOWN) known = new Set()
      return latestOn === 'last' && pages() > pagesBefore
    },
    lacks: (childInstanceId) => known.size === total && !known.has(childInstanceId),
  }
}
