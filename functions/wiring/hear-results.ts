/** Results on their way from the feed into the ledger. */
import type { ResultFeed } from '../../lib/aws/result-feed.js'
import type { Ledger } from '../../lib/campaign/ledger.js'

/** Takes what the feed has, up to 10: written down first, then ended on the queue. Resolves to how many there were. */
export async function hearResults(feed: ResultFeed, ledger: Ledger, campaignId: string | undefined): Promise<number> {
  const { results, forget } = await feed.receive()
  const own = results.filter(({ data }) => !campaignId || data.campaignId === campaignId)
  await ledger.append(...own.map((result) => ({ entry: 'result' as const, result })))
  await forget()
  return results.length
}

/** Takes all that the feed has. */
export async function drainFeed(feed: ResultFeed, ledger: Ledger, campaignId: string | undefined): Promise<void> {
  while ((await hearResults(feed, ledger, campaignId)) > 0);
  await ledger.catchUp()
}
