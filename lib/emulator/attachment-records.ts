/** What is attached to which CEN, and the changes that are under way: each ends by itself when its time has come. */
export interface AttachmentRecord {
  readonly cenId: string
  readonly childInstanceId: string
  readonly status: 'Attached' | 'Attaching' | 'Detaching'
  /** The change that is under way ends then, epoch milliseconds. */
  readonly endsAtMs: number
  readonly attachedAtMs: number
}

export class AttachmentRecords {
  readonly #records = new Map<string, AttachmentRecord>()

  put(record: AttachmentRecord): void {
    this.#records.set(`${record.cenId}/${record.childInstanceId}`, record)
  }

  list(nowMs: number): AttachmentRecord[] {
    return [...this.#records.values()].flatMap(({ cenId, childInstanceId }) => {
      return this.find(cenId, childInstanceId, nowMs) ?? []
    })
  }

  find(cenId: string, childInstanceId: string, nowMs: number): AttachmentRecord | undefined {
    const record = this.#records.get(`${cenId}/${childInstanceId}`)
    if (!record || nowMs < record.endsAtMs) return record
    if (record.status === 'Detaching') {
      this.#records.delete(`${cenId}/${childInstanceId}`)
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
