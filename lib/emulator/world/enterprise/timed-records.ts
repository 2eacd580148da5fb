/** Records of resources whose changes take time: a change ends when it is due, at the next access. */

export interface TimedRecord {
  readonly id: string
  readonly status: string
  /** When the change that is under way ends, epoch milliseconds; Infinity: no change, or one that never ends. */
  readonly endsAtMs: number
  /** The status once the change has ended; absent: the record is gone then. */
  readonly nextStatus?: string | undefined
}

/** Each index gives the keys of a record. Records keep the order in which they were first put. */
export class TimedRecords<R extends TimedRecord, Index extends string> {
  readonly #records = new Map<string, R>()
  readonly #keysOf: Readonly<Record<Index, (record: R) => readonly string[]>>
  readonly #ids = new Map<string, Set<string>>()

  constructor(keysOf: Readonly<Record<Index, (record: R) => readonly string[]>>) {
    this.#keysOf = keysOf
  }

  put(record: R): void {
    const before = this.#records.get(record.id)
    this.#records.set(record.id, record)
    const [old, now] = [before ? this.#indexKeys(before) : [], this.#indexKeys(record)]
    for (const key of old) if (!now.includes(key)) this.#ids.get(key)?.delete(record.id)
    for (const key of now) {
      const ids = this.#ids.get(key)
      if (ids) ids.add(record.id)
      else this.#ids.set(key, new Set([record.id]))
    }
  }

  remove(id: string): void {
    const record = this.#records.get(id)
    if (!record) return
    this.#records.delete(id)
    for (const key of this.#indexKeys(record)) this.#ids.get(key)?.delete(id)
  }

  find(id: string, nowMs: number): R | undefined {
    const record = this.#records.get(id)
    if (!record || nowMs < record.endsAtMs) return record
    if (record.nextStatus === undefined) {
      this.remove(id)
      return undefined
    }
    const settled: R = { ...record, status: record.nextStatus, endsAtMs: Infinity, nextStatus: undefined }
    this.put(settled)
    return settled
  }

  all(nowMs: number): R[] {
    return [...this.#records.keys()].flatMap((id) => this.find(id, nowMs) ?? [])
  }

  by(index: Index, key: string, nowMs: number): R[] {
    return [...(this.#ids.get(`${index} ${key}`) ?? [])].flatMap((id) => this.find(id, nowMs) ?? [])
  }

  #indexKeys(record: R): string[] {
    return (Object.keys(this.#keysOf) as Index[]).flatMap((index) =>
      this.#keysOf[index](record).map((key) => `${index} ${key}`),
    )
  }
}

/** The changes that are under way on each CEN. */
export class ChangesUnderWay {
  readonly #endsAtMs = new Map<string, number[]>()

  add(cenId: string, endsAtMs: number): void {
    const ends = this.#endsAtMs.get(cenId)
    if (ends) ends.push(endsAtMs)
    else this.#endsAtMs.set(cenId, [endsAtMs])
  }

  count(cenId: string, nowMs: number): number {
    const left = (this.#endsAtMs.get(cenId) ?? []).filter((endsAtMs) => nowMs < endsAtMs)
    this.#endsAtMs.set(cenId, left)
    return left.length
  }
}
