/** The ledger of a campaign: its rows, their submissions and all results, in order. */
import type { AttachmentResult } from '../../domain/messages/result.js'
import { isRecord } from '../../domain/record.js'
import { createOutcomes, type Outcomes } from '../outcomes.js'
import type { PlannedRow } from '../plan.js'
import type { AppendLog } from './append-log.js'

/** The queue that receives the results of a campaign. It is recorded before it is created, so that none is left over. */
interface FeedQueue {
  readonly queueName: string
}

export interface CampaignHeader {
  readonly campaignId: string
  readonly requestQueueUrl?: string
  readonly resultTopicArn?: string
}

export type LedgerEntry =
  | (CampaignHeader & { readonly entry: 'campaign'; readonly version: 1; readonly atMs: number })
  | { readonly entry: 'row'; readonly row: PlannedRow }
  /** `redriveCount` if the rows were sent before; `senderId`: their sender as the queue reports it. */
  | {
      readonly entry: 'sent'
      readonly atMs: number
      readonly requestIds: readonly string[]
      readonly redriveCount?: number
      readonly senderId?: string
    }
  /** `from` if the result was rebuilt later. */
  | { readonly entry: 'result'; readonly result: AttachmentResult; readonly from?: 'cen' | 'dead-letter' }
  | { readonly entry: 'feed'; readonly feed: FeedQueue }
  /** The queue is subscribed, and what was published before is recovered: from here on it misses no result. */
  | { readonly entry: 'feed-complete' }
  | { readonly entry: 'feed-removed'; readonly feed: FeedQueue }

export interface Ledger {
  readonly outcomes: Outcomes
  header(): CampaignHeader | undefined
  /** When the campaign was first recorded, epoch milliseconds. */
  startedAtMs(): number | undefined
  /** The queue that was recorded and not yet removed. */
  feed(): FeedQueue | undefined
  /** Whether that queue has missed no result; false if its opening was cut short. */
  isFeedComplete(): boolean
  /** How often the row was sent. */
  sends(requestId: string): number
  row(requestId: string): PlannedRow | undefined
  append(...entries: LedgerEntry[]): Promise<void>
  /** Applies the entries since the last call, of this process and others; returns them. */
  catchUp(): Promise<readonly LedgerEntry[]>
}

/** A ledger over an append-only log. Call `catchUp` before any other method. */
export function createLedger(appendLog: AppendLog): Ledger {
  const outcomes = createOutcomes()
  const rows = new Map<string, PlannedRow>()
  const sends = new Map<string, number>()
  let header: CampaignHeader | undefined
  let startedAtMs: number | undefined
  let feed: FeedQueue | undefined
  let isComplete = false

  const apply = (entry: LedgerEntry): void => {
    switch (entry.entry) {
      case 'campaign':
        header = { ...header, ...entry }
        startedAtMs ??= entry.atMs
        break
      case 'row':
        rows.set(entry.row.request.requestId, entry.row)
        outcomes.add(entry.row)
        break
      case 'sent':
        for (const requestId of entry.requestIds) {
          sends.set(requestId, (sends.get(requestId) ?? 0) + 1)
          outcomes.sent(requestId, entry.atMs, entry.redriveCount, entry.senderId)
        }
        break
      case 'result':
        outcomes.addResult(entry.result)
        break
      case 'feed':
        feed = entry.feed
        isComplete = false
        break
      case 'feed-complete':
        isComplete = true
        break
      case 'feed-removed':
        if (feed?.queueName === entry.feed.queueName) feed = undefined
    }
  }
  return {
    outcomes,
    header: () => header,
    startedAtMs: () => startedAtMs,
    feed: () => feed,
    isFeedComplete: () => feed !== undefined && isComplete,
    sends: (requestId) => sends.get(requestId) ?? 0,
    row: (requestId) => rows.get(requestId),
    append: (...entries) => appendLog.append(entries),
    async catchUp() {
      const entries = (await appendLog.readNew()).filter(
        (entry): entry is LedgerEntry => isRecord(entry) && 'entry' in entry,
      )
      for (const entry of entries) apply(entry)
      return entries
    },
  }
}

export interface SentRow {
  readonly requestId: string
  /** Present if it was sent before. */
  readonly redriveCount?: number | undefined
}

/** One entry for each redrive count. `senderId`: their sender as the queue reports it, if known. */
export function sentEntries(rows: readonly SentRow[], atMs: number, senderId?: string): LedgerEntry[] {
  const counts = new Set(rows.map(({ redriveCount }) => redriveCount))
  return [...counts].map((redriveCount) => ({
    entry: 'sent',
    atMs,
    requestIds: rows.filter((one) => one.redriveCount === redriveCount).map(({ requestId }) => requestId),
    ...(redriveCount !== undefined && { redriveCount }),
    ...(senderId !== undefined && { senderId }),
  }))
}
