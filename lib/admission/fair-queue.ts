/** A line that is fair between flows: their turns come round, however many of one flow wait. */

/** Who comes back within this is waited for; who is later loses the turn, not the place. */
const SOON_MS = 30
const TURN_LOST_MS = 200
/** Who does not come back for so long has left. */
const ABANDONED_MS = 120_000
/** Who is overdue by this another process has likely taken: it is not counted, and has its place again where it comes back. */
const OVERDUE_MS = 3_000
const SWEEP_MS = 1_000
const MAX_WAITING = 200_000

interface Entry {
  readonly flow: string
  /** Start tag of start-time fair queueing: the line serves in their order. */
  readonly startTag: number
  dueMs: number
}

interface Flow {
  /** The tag of its next, if none of it waited: one more with each that is served. Who leaves unserved costs it nothing. */
  next: number
  waiting: number
  /** When one of it joined last. */
  joinedAtMs: number
}

export interface FairQueue {
  /** Joins the line, or keeps the place that it has. How many before it will ask within moments. */
  countAhead(key: string, flow: string, nowMs: number): number
  /** How many stand before it, whenever they come. */
  position(key: string): number
  /** When it asks again. `near`: until then it is in hand, so that it is surely back in time. */
  scheduleReturn(key: string, dueMs: number, inMemory: boolean): void
  /** It is served. */
  serve(key: string): void
  /** It does not wait any longer. */
  leave(key: string): void
  size(): number
}

/** Start-time fair queueing over flows of equal weight. Pure: the clock's reading is passed in. */
export function createFairQueue(): FairQueue {
  const waiting = new Map<string, Entry>()
  const inMemory = new Map<string, Entry>()
  /** Who was served, or is overdue, and has not left: it comes back to the place that it had. */
  const departed = new Map<string, Entry>()
  /** The tags of all who wait, in order. */
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
  /** It leaves, and comes back to the place that it had. */
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
    // Who is served while those before it are away must not let newcomers start behind these.
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
        if (dueMs + TURN_LOST_MS < nowMs) inMemory.delete(other)
        else if (other !== key && startTag < mine.startTag && dueMs <= nowMs + SOON_MS) count += 1
      }
      return count
    },
    position(key) {
      const entry = waiting.get(key)
      return entry ? countBelow(startTags, entry.startTag) : waiting.size
    },
    scheduleReturn(key, dueMs, isInMemory) {
      const entry = waiting.get(key)
      if (!entry) return
      entry.dueMs = dueMs
      if (isInMemory) inMemory.set(key, entry)
      else inMemory.delete(key)
    },
    serve(key) {
      const entry = waiting.get(key)
      if (!entry) return
      virtualTime = Math.max(virtualTime, entry.startTag)
      depart(key, entry)
    },
    leave(key) {
      departed.delete(key)
      remove(key)
    },
    size: () => waiting.size,
  }
}

/** How many numbers of a sorted list are below this one. */
function countBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1
    else high = middle
  }
  return low
}
