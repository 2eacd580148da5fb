/** Start-time fair queueing (SFQ): flows are served in turn, however many requests of one flow wait. */

/** The entries behind an entry in memory wait for it if it is due within this time, in milliseconds. */
const SOON_MS = 30
/** The entries behind an entry that is overdue by this time, in milliseconds, are served before it; it keeps its position. */
const PASSED_OVER_MS = 200
/** An entry that did not return for this long is forgotten. */
const ABANDONED_MS = 120_000
/** An entry this overdue has probably gone to another process: it is not counted, and keeps its start tag if it returns. */
const OVERDUE_MS = 3_000
const SWEEP_MS = 1_000
const MAX_WAITING = 200_000

interface Entry {
  readonly flow: string
  /** Its place in the order of service. */
  readonly startTag: number
  dueMs: number
}

interface Flow {
  /**
   * The start tag of the next entry if no entry of the flow waits. Each entry that is served adds one; an entry that
   * leaves unserved adds none.
   */
  next: number
  waiting: number
  /** When its latest entry joined, epoch milliseconds. */
  joinedAtMs: number
}

export interface FairQueue {
  /** Joins the queue, or keeps the position. How many entries ahead are in memory and due at once. */
  countAhead(key: string, flow: string, nowMs: number): number
  /** How many entries are ahead. */
  position(key: string): number
  /** When the entry is due next. `inMemory`: it waits in memory, so that it returns on time. */
  scheduleReturn(key: string, dueMs: number, inMemory: boolean): void
  /** The entry is served. */
  serve(key: string): void
  /** The entry was served, and may return at `dueMs`: it then has its position again. */
  keepPosition(key: string, dueMs: number): void
  /** The entry no longer waits. */
  leave(key: string): void
  size(): number
}

/** A queue over flows of equal weight. Pure. */
export function createFairQueue(): FairQueue {
  const waiting = new Map<string, Entry>()
  const inMemory = new Map<string, Entry>()
  /** Entries that were served or are overdue and may return: each then keeps its start tag. */
  const departed = new Map<string, Entry>()
  /** The start tags of all waiting entries, sorted. */
  const startTags: number[] = []
  const flows = new Map<string, Flow>()
  let virtualTime = 0
  let sweptAtMs = 0

  const remove = (key: string) => {
    const entry = waiting.get(key)
    if (!entry) return
    waiting.delete(key)
    inMemory.delete(key)
    startTags.splice(countBelow(startTags, entry.startTag), 1)
    const flow = flows.get(entry.flow)
    if (flow) flow.waiting -= 1
  }
  /** Removes an entry that keeps its start tag if it returns. */
  const depart = (key: string, entry: Entry) => {
    remove(key)
    departed.set(key, entry)
    const flow = flows.get(entry.flow)
    if (flow) flow.next += 1
  }
  const sweep = (nowMs: number) => {
    if (nowMs - sweptAtMs < SWEEP_MS && waiting.size < MAX_WAITING) return
    sweptAtMs = nowMs
    for (const [key, entry] of waiting) if (entry.dueMs + OVERDUE_MS < nowMs) depart(key, entry)
    for (const [key, { dueMs }] of departed) if (dueMs + ABANDONED_MS < nowMs) departed.delete(key)
    for (const [name, { waiting, joinedAtMs }] of flows)
      if (waiting === 0 && joinedAtMs + ABANDONED_MS < nowMs) flows.delete(name)
    const oldest = waiting.keys().next().value
    if (waiting.size >= MAX_WAITING && oldest !== undefined) remove(oldest)
  }
  const join = (key: string, name: string, nowMs: number): Entry => {
    const flow = flows.get(name) ?? { next: 0, waiting: 0, joinedAtMs: nowMs }
    flows.set(name, flow)
    flow.joinedAtMs = nowMs
    // If an entry was served ahead of waiting ones, newcomers must not be placed behind those.
    const start = Math.min(virtualTime, startTags[0] ?? virtualTime)
    const before = departed.get(key)
    if (before) flow.next -= 1
    else flow.next = Math.max(flow.next, start - flow.waiting)
    const entry = { flow: name, startTag: before?.startTag ?? flow.next + flow.waiting, dueMs: nowMs }
    departed.delete(key)
    flow.waiting += 1
    waiting.set(key, entry)
    startTags.splice(countBelow(startTags, entry.startTag), 0, entry.startTag)
    return entry
  }

  return {
    countAhead(key, flow, nowMs) {
      sweep(nowMs)
      const mine = waiting.get(key) ?? join(key, flow, nowMs)
      mine.dueMs = nowMs
      let count = 0
      for (const [other, { startTag, dueMs }] of inMemory) {
        if (dueMs + PASSED_OVER_MS < nowMs) inMemory.delete(other)
        else if (other !== key && startTag < mine.startTag && dueMs <= nowMs + SOON_MS) count += 1
      }
      return count
    },
    position(key) {
      const entry = waiting.get(key)
      return entry ? countBelow(startTags, entry.startTag) : waiting.size
    },
    scheduleReturn(key, dueMs, waitsInMemory) {
      const entry = waiting.get(key)
      if (!entry) return
      entry.dueMs = dueMs
      if (waitsInMemory) inMemory.set(key, entry)
      else inMemory.delete(key)
    },
    serve(key) {
      const entry = waiting.get(key)
      if (!entry) return
      virtualTime = Math.max(virtualTime, entry.startTag)
      depart(key, entry)
    },
    keepPosition(key, dueMs) {
      const entry = departed.get(key)
      if (entry) entry.dueMs = dueMs
    },
    leave(key) {
      departed.delete(key)
      remove(key)
    },
    size: () => waiting.size,
  }
}

/** How many numbers of a sorted list are below `value`. */
function countBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1
    else high = middle
  }
  return low
}
