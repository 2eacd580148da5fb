/** The attachments of all CENs; a change that is under way ends when its duration has passed. */
export interface AttachmentRecord {
  readonly cenId: string
  readonly childInstanceId: string
  readonly status: 'Attached' | 'Attaching' | 'Detaching'
  /** When the change that is under way ends, epoch milliseconds. */
  readonly endsAtMs: number
  readonly attachedAtMs: number
  /** The cloud service that manages the attachment. */
  readonly managedService?: string | undefined
}

/** Indexed by CEN, by child instance and by pending change, because a campaign has very many attachments. */
export class AttachmentRecords {
  readonly #ofCen = new Map<string, Map<string, AttachmentRecord>>()
  /** The child instances of each CEN that may still be changing. */
  readonly #changing = new Map<string, Set<string>>()
  readonly #censOf = new Map<string, Set<string>>()

  put(record: AttachmentRecord): void {
    const { cenId, childInstanceId, status } = record
    getOrCreate(this.#ofCen, cenId, () => new Map()).set(childInstanceId, record)
    getOrCreate(this.#censOf, childInstanceId, () => new Set()).add(cenId)
    const changing = getOrCreate(this.#changing, cenId, () => new Set<string>())
    if (status === 'Attached') changing.delete(childInstanceId)
    else changing.add(childInstanceId)
  }

  list(nowMs: number): AttachmentRecord[] {
    return [...this.#ofCen.keys()].flatMap((cenId) => this.listOf(cenId, nowMs))
  }

  listOf(cenId: string, nowMs: number): AttachmentRecord[] {
    // Only pending changes may have ended meanwhile.
    for (const id of [...(this.#changing.get(cenId) ?? [])]) this.find(cenId, id, nowMs)
    return [...(this.#ofCen.get(cenId)?.values() ?? [])]
  }

  /** The number of changes that are under way on a CEN. */
  changing(cenId: string, nowMs: number): number {
    const ids = [...(this.#changing.get(cenId) ?? [])]
    return ids.filter((id) => (this.find(cenId, id, nowMs)?.status ?? 'Attached') !== 'Attached').length
  }

  /** True if the instance is attached to any CEN, or changing. */
  isAttached(childInstanceId: string, nowMs: number): boolean {
    return this.ofChild(childInstanceId, nowMs).length > 0
  }

  ofChild(childInstanceId: string, nowMs: number): AttachmentRecord[] {
    const cenIds = [...(this.#censOf.get(childInstanceId) ?? [])]
    return cenIds.flatMap((cenId) => this.find(cenId, childInstanceId, nowMs) ?? [])
  }

  find(cenId: string, childInstanceId: string, nowMs: number): AttachmentRecord | undefined {
    const record = this.#ofCen.get(cenId)?.get(childInstanceId)
    if (!record || nowMs < record.endsAtMs) return record
    if (record.status === 'Detaching') {
      this.#ofCen.get(cenId)?.delete(childInstanceId)
      this.#changing.get(cenId)?.delete(childInstanceId)
      this.#censOf.get(childInstanceId)?.delete(cenId)
      return undefined
    }
    const attached: AttachmentRecord = {
      ...record,
      status: 'Attached',
      attachedAtMs: record.endsAtMs,
      endsAtMs: Infinity,
    }
    this.put(attached)
    return attached
  }
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
