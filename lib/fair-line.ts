/** A line that is fair between flows: their turns come round, however many of one flow wait. */

/** Who comes back within this is waited for; who is later loses the turn, not the place. */
const SOON_MS = 30
const LATE_MS = 200
/** Who does not come back for so long has left. */
const GONE_MS = 120_000
/** Who is overdue by this another process has likely taken: it is not counted, and has its place again where it comes back. */
const OVERDUE_MS = 3_000
const SWEEP_MS = 1_000
const MOST_WAITING = 200_000

interface Place {
  readonly flow: string
  /** Start tag of start-time fair queueing: the line serves in their order. */
  readonly tag: number
  dueMs: number
}

interface Flow {
  /** The tag of its next, if none of it waited: one more with each that is served. Who leaves unserved costs it nothing. */
  next: number
  waiting: number
  /** When one of it joined last. */
  joinedAtMs: number
}

export interface FairLine {
  /** Joins the line, or keeps the place that it has. How many before it will ask within moments. */
  ahead(key: string, flow: string, nowMs: number): number
  /** How many stand before it, whenever they come. */
  turns(key: string): number
  /** When it asks again. `near`: until then it is in hand, so that it is surely back in time. */
  comesBack(key: string, dueMs: number, near: boolean): void
  /** It is served. */
  served(key: string): void
  /** It does not wait any longer. */
  left(key: string): void
  size(): number
}

/** Start-time fair queueing over flows of equal weight. Pure: the clock's reading is passed in. */
export function createFairLine(): FairLine {
  const waiting = new Map<string, Place>()
  const near = new Map<string, Place>()
  /** Who was served, or is overdue, and has not left: it comes back to the place that it had. */
  const out = new Map<string, Place>()
  /** The tags of all who wait, in order. */
  const tags: number[] = []
  const flows = new Map<string, Flow>()
  let now = 0
  let sweptAtMs = 0

  const remove = (key: string) => {
    const place = waiting.get(key)
    if (!place) return
    waiting.delete(key)
    near.delete(key)
    tags.splice(rankOf(tags, place.tag), 1)
    const flow = flows.get(place.flow)
    if (flow) flow.waiting -= 1
  }
  /** It leaves, and comes back to the place that it had. */
  const stepOut = (key: string, place: Place) => {
    remove(key)
    out.set(key, place)
    const flow = flows.get(place.flow)
    if (flow) flow.next += 1
  }
  const sweep = (nowMs: number) => {
    if (nowMs - sweptAtMs < SWEEP_MS && waiting.size < MOST_WAITING) return
    sweptAtMs = nowMs
    for (const [key, place] of waiting) if (place.dueMs + OVERDUE_MS < nowMs) stepOut(key, place)
    for (const [key, { dueMs }] of out) if (dueMs + GONE_MS < nowMs) out.delete(key)
    for (const [name, { waiting, joinedAtMs }] of flows)
      if (waiting === 0 && joinedAtMs + GONE_MS < nowMs) flows.delete(name)
    const oldest = waiting.keys().next().value
    if (waiting.size >= MOST_WAITING && oldest !== undefined) remove(oldest)
  }
  const join = (key: string, name: string, nowMs: number): Place => {
    const flow = flows.get(name) ?? { next: 0, waiting: 0, joinedAtMs: nowMs }
    flows.set(name, flow)
    flow.joinedAtMs = nowMs
    // Who is served while those before it are away must not let newcomers start behind these.
    const start = Math.min(now, tags[0] ?? now)
    const before = out.get(key)
    if (before) flow.next -= 1
    else flow.next = Math.max(flow.next, start - flow.waiting)
    const place = { flow: name, tag: before?.tag ?? flow.next + flow.waiting, dueMs: nowMs }
    out.delete(key)
    flow.waiting += 1
    waiting.set(key, place)
    tags.splice(rankOf(tags, place.tag), 0, place.tag)
    return place
  }

  return {
    ahead(key, flow, nowMs) {
      sweep(nowMs)
      const mine = waiting.get(key) ?? join(key, flow, nowMs)
      mine.dueMs = nowMs
      let count = 0
      for (const [other, { tag, dueMs }] of near) {
        if (dueMs + LATE_MS < nowMs) near.delete(other)
        else if (other !== key && tag < mine.tag && dueMs <= nowMs + SOON_MS) count += 1
      }
      return count
    },
    turns(key) {
      const place = waiting.get(key)
      return place ? rankOf(tags, place.tag) : waiting.size
    },
    comesBack(key, dueMs, isNear) {
      const place = waiting.get(key)
      if (!place) return
      place.dueMs = dueMs
      if (isNear) near.set(key, place)
      else near.delete(key)
    },
    served(key) {
      const place = waiting.get(key)
      if (!place) return
      now = Math.max(now, place.tag)
      stepOut(key, place)
    },
    left(key) {
      out.delete(key)
      remove(key)
    },
    size: () => waiting.size,
  }
}

/** How many numbers of a sorted list are below this one. */
function rankOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1
    else high = middle
  }
  return low
}
