/** The ledger of a campaign: its rows, what was sent of them and every result, in the order in which it came about. */

import { isRecord } from '../../domain/envelope.js'
import type { AttachmentResult } from '../../domain/result.js'
import { createOutcomes, type Outcomes } from '../outcomes.js'
import type { PlannedRow } from '../plan.js'
import type { AppendLog } from './append-log.js'

/** The queue by which a campaign hears its results. Its name is written down before it exists, so that none is left over. */
export interface FeedQueue {
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
  /** `redriveCount` where the rows had been sent and had failed before; `senderId`: who sent them, as the queue names them. */
  | {
      readonly entry: 'sent'
      readonly atMs: number
      readonly requestIds: readonly string[]
      readonly redriveCount?: number
      readonly senderId?: string
    }
  /** `from` where the result was not heard but found out afterwards. */
  | { readonly entry: 'result'; readonly result: AttachmentResult; readonly from?: 'cen' | 'dead-letter' }
  | { readonly entry: 'feed'; readonly feed: FeedQueue }
  | { readonly entry: 'feed-removed'; readonly feed: FeedQueue }

export interface Ledger {
  readonly outcomes: Outcomes
  header(): CampaignHeader | undefined
  /** When the campaign was first written down, epoch milliseconds. */
  startedAtMs(): number | undefined
  /** The feed that was made and not yet removed. */
  feed(): FeedQueue | undefined
  /** How often a row was sent. */
  sends(requestId: string): number
  row(requestId: string): PlannedRow | undefined
  append(...entries: LedgerEntry[]): Promise<void>
  /** Takes in what was added since the last call, by this process or another; returns those entries. */
  catchUp(): Promise<readonly LedgerEntry[]>
}

/** A ledger over a journal; call `catchUp` before it is asked anything. */
export function createLedger(appendLog: AppendLog): Ledger {
  const outcomes = createOutcomes()
  const rows = new Map<string, PlannedRow>()
  const sends = new Map<string, number>()
  let header: CampaignHeader | undefined
  let startedAtMs: number | undefined
  let feed: FeedQueue | undefined

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
  /** Present where it had been sent and had failed before. */
  readonly redriveCount?: number | undefined
}

/** An entry for each redrive count. `senderId`: who sent them, as the queue names them, if that is known. */
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
