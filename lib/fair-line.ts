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
  /** Who was served and has not left: refused, it comes back to the place that it had. */
  const out = new Map<string, Place>()
  /** The tags of all who wait, in order. */
  const tags: number[] = []
  const flows = new Map<string, { last: number; waiting: number }>()
  let now = 0
  let sweptAtMs = 0

  const remove = (key: string) => {
    const place = waiting.get(key)
    if (!place) return
    waiting.delete(key)
    near.delete(key)
    tags.splice(rankOf(tags, place.tag), 1)
    const flow = flows.get(place.flow)
    if (flow && --flow.waiting === 0) flows.delete(place.flow)
  }
  const sweep = (nowMs: number) => {
    if (nowMs - sweptAtMs < SWEEP_MS && waiting.size < MOST_WAITING) return
    sweptAtMs = nowMs
    for (const [key, place] of waiting) {
      if (place.dueMs + OVERDUE_MS >= nowMs) continue
      remove(key)
      out.set(key, place)
    }
    for (const [key, { dueMs }] of out) if (dueMs + GONE_MS < nowMs) out.delete(key)
    const oldest = waiting.keys().next().value
    if (waiting.size >= MOST_WAITING && oldest !== undefined) remove(oldest)
  }
  const join = (key: string, name: string, nowMs: number): Place => {
    const flow = flows.get(name) ?? { last: -1, waiting: 0 }
    // Who is served while those before it are away must not let newcomers start behind these.
    const start = Math.min(now, tags[0] ?? now)
    const place = { flow: name, tag: out.get(key)?.tag ?? Math.max(start, flow.last + 1), dueMs: nowMs }
    out.delete(key)
    flows.set(name, { last: Math.max(flow.last, place.tag), waiting: flow.waiting + 1 })
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
      now = Math.max(now, place?.tag ?? 0)
      if (place) out.set(key, place)
      remove(key)
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
