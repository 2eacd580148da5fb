/** `cen-attach watch` */
import type { Command } from 'commander'
import { addFollowOptions, type FollowOptions } from '../campaigns/options.js'
import { stopSignal } from '../compose/process.js'

const EXAMPLES = `
Examples:
  cen-attach watch wave-3 --report wave-3.html
  cen-attach watch wave-3 --json | jq -c 'select(.event == "result") | .row'
  cen-attach watch wave-3 --rows vpcs.csv        # on a machine that did not submit it

Ends when every row is final or waits for a grant. The queue of the campaign is deleted then, and on Ctrl-C (--keep-queue keeps
it). Missed results are recovered from the CENs and the dead-letter queue.`

export function addWatch(program: Command): void {
  addFollowOptions(program.command('watch'))
    .description('follow a campaign: counts, missing grants, ETA, and at the end the outcome of every row')
    .option('--wait-parked', 'wait also for rows that wait for a grant')
    .addHelpText('after', EXAMPLES)
    .action(watch)
}

async function watch(campaignId: string, options: FollowOptions): Promise<void> {
  const stop = stopSignal()
  const { followCampaign } = await import('../campaigns/follow.js')
  process.exitCode = await followCampaign(campaignId, options, process.env, stop)
}
