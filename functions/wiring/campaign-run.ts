/** A campaign under way: what is outstanding is sent, results are written down and shown, until it is over. */
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Attachment } from '../../lib/attachment.js'
import { resultId } from '../../lib/attachment-result.js'
import type { ResultFeed } from '../../lib/aws/result-feed.js'
import { type Outgoing, sendMessages } from '../../lib/aws/submission.js'
import { failingRegions, type RegionVerdict, splitCanary } from '../../lib/campaign/canary.js'
import type { Ledger } from '../../lib/campaign/ledger.js'
import { isSettled, type Standing } from '../../lib/campaign/outcomes.js'
import type { Sending } from '../../lib/campaign/outstanding.js'
import { sentEntries } from '../../lib/campaign/sent-entries.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import type { Clock } from '../../lib/ports.js'
import type { Voice } from './campaign-voice.js'
import { drainFeed, hearResults } from './hear-results.js'

export interface CampaignRun {
  readonly sqs: SQSClient
  readonly requestQueueUrl: string
  readonly ledger: Ledger
  readonly send: readonly Sending[]
  /** Who sends them, as the queue will name them; absent if that is not known. */
  readonly senderId?: string | undefined
  /** Bodies that are put on the queue besides the rows; their results are waited for, too. */
  readonly messages?: readonly string[]
  /** Absent: nothing is heard, and the run ends with the sending. */
  readonly feed?: ResultFeed | undefined
  /** Present: results of other campaigns that the feed hears are let go. */
  readonly campaignId?: string | undefined
  readonly watch: boolean
  /** Whether rows may turn up that are not known yet: it then ends with `stop` only. */
  readonly openEnded?: boolean
  /** Which parked rows it waits on for; by default for none. */
  readonly awaits?: ((parked: Attachment) => boolean) | undefined
  readonly canary?: { readonly perRegion: number; readonly mostPercent: number } | undefined
  readonly perSecond?: number | undefined
  /** False: without the groups of a fair queue. */
  readonly groups?: boolean | undefined
  readonly stop: AbortSignal
  readonly clock: Clock
  readonly voice: Voice
}

export interface CampaignRan {
  readonly sent: number
  /** The regions whose canary failed; the rest of the rows was then not sent. */
  readonly failing: readonly RegionVerdict[]
}

const CANARY_LOOK_MS = 200
const NO_GROUPS =
  'the queue refuses MessageGroupId: the rows are sent without it, so no account’s rows wait less for those of others (--no-groups says so from the start)'

/** Rejects where the queue refuses what is sent, or cannot be reached; what was sent until then is in the ledger. */
export async function runCampaign(run: CampaignRun): Promise<CampaignRan> {
  const { ledger, feed, voice, clock, messages = [], awaits = () => false } = run
  const { outcomes } = ledger
  const halt = new AbortController()
  if (run.stop.aborted) halt.abort()
  run.stop.addEventListener('abort', () => halt.abort())
  let failing: readonly RegionVerdict[] = []

  let groups = run.groups
  const ungrouped = () => {
    groups = false
    voice.note?.(NO_GROUPS)
  }
  const send = (sendings: readonly Sending[], besides: readonly string[] = []): Promise<number> => {
    const outgoing = [...sendings.map(toOutgoing), ...besides.map(toForeign)]
    const rules = { clock, perSecond: run.perSecond, stop: halt.signal, groups, ungrouped }
    return sendMessages(run.sqs, run.requestQueueUrl, outgoing, (taken, atMs) => note(sendings, taken, atMs), rules)
  }
  const note = (sendings: readonly Sending[], taken: readonly number[], atMs: number): Promise<void> => {
    const rows = taken.flatMap((index) => sendings[index] ?? [])
    return ledger.append(
      ...sentEntries(
        rows.map(({ row, redriveCount }) => ({ requestId: row.request.requestId, redriveCount })),
        atMs,
        run.senderId,
      ),
    )
  }
  const sendAll = async (): Promise<number> => {
    if (!run.canary) return send(run.send, messages)
    const { canary, rest } = splitCanary(run.send, run.canary.perRegion)
    const first = await send(canary)
    const isHeard = () => canary.every(({ row }) => isSettled(outcomes.standing(row.request.requestId)))
    while (!halt.signal.aborted && !isHeard()) await clock.sleep(CANARY_LOOK_MS, halt.signal)
    failing = halt.signal.aborted ? [] : failingRegions(canary, outcomes, run.canary.mostPercent)
    return failing.length > 0 || halt.signal.aborted ? first : first + (await send(rest, messages))
  }
  const show = async () => voice.heard(await ledger.catchUp(), outcomes)
  const isAwaited = ({ row, standing }: { row: PlannedRow; standing: Standing }) =>
    standing === 'grant-required' && awaits(row.request.attachment)
  const isOver = (): boolean => {
    const { pending, grantRequired } = outcomes.totals()
    if (run.openEnded || pending > 0 || (grantRequired > 0 && outcomes.followed().some(isAwaited))) return false
    return outcomes.strangers().length >= messages.length
  }

  await show()
  let sending = true
  const sender = sendAll().finally(() => {
    sending = false
  })
  sender.catch(() => halt.abort())
  while (feed && !halt.signal.aborted && (sending || (run.watch && failing.length === 0))) {
    if (!sending) await show()
    if (!sending && isOver()) break
    await hearResults(feed, ledger, run.campaignId)
    await show()
  }
  const sent = await sender.finally(show)
  // What was told until now is written down, since the feed may go.
  if (feed && run.watch && (run.stop.aborted || failing.length > 0)) await drainFeed(feed, ledger, run.campaignId)
  return { sent, failing }
}

/** Rows without an owner are the CEN owner's own: one tenant of the fair queue. */
const OWN_ACCOUNT = 'own-account'

function toOutgoing({ row, redriveCount }: Sending): Outgoing {
  const { body, request } = row
  return {
    body,
    fairGroup: request.attachment.childInstanceOwnerId ?? OWN_ACCOUNT,
    orderGroup: request.idempotencyKey,
    deduplicationId: resultId(request, 'attached', redriveCount),
    ...(redriveCount !== undefined && { redriveCount }),
  }
}

const toForeign = (body: string, index: number): Outgoing => ({
  body,
  fairGroup: 'besides',
  orderGroup: `besides-${index}`,
  deduplicationId: `besides-${index}`,
})
