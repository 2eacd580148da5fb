/** A binary heap: the least item first. */

export interface Heap<T> {
  push(item: T): void
  first(): T | undefined
  drop(): void
}

export function createHeap<T>(isBefore: (one: T, other: T) => boolean): Heap<T> {
  const items: T[] = []
  const before = (a: number, b: number) => isBefore(items[a] as T, items[b] as T)
  const swap = (a: number, b: number) => {
    const held = items[a] as T
    items[a] = items[b] as T
    items[b] = held
  }
  return {
    push(item) {
      items.push(item)
      for (let at = items.length - 1; at > 0 && before(at, (at - 1) >> 1); at = (at - 1) >> 1) swap(at, (at - 1) >> 1)
    },
    first: () => items[0],
    drop() {
      const last = items.pop()
      if (last === undefined || items.length === 0) return
      items[0] = last
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2]
        let least = at
        if (left < items.length && before(left, least)) least = left
        if (right < items.length && before(right, least)) least = right
        if (least === at) return
        swap(at, least)
        at = least
      }
    },
  }
}
