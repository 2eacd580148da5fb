/** `cen-attach watch` */
import type { Command } from 'commander'
import { addFollowOptions, type FollowOptions, followCampaign } from '../campaigns/follow.js'
import { stopSignal } from '../compose/process.js'

const EXAMPLES = `
Examples:
  cen-attach watch wave-3 --report wave-3.html
  cen-attach watch wave-3 --json | jq -c 'select(.event == "result") | .row'
  cen-attach watch wave-3 --rows vpcs.csv        # on a machine that did not submit it

Ends when every row is final or waits for a grant. The campaign's queue goes then, and on Ctrl-C (--keep-queue leaves it);
what came about while nobody listened is looked up in the CENs and on the dead-letter queue.`

export function addWatch(program: Command): void {
  addFollowOptions(program.command('watch'))
    .description('follow a campaign: counts, missing grants, ETA, and in the end what became of every row')
    .option('--wait-parked', 'wait on for rows that wait for a grant')
    .addHelpText('after', EXAMPLES)
    .action(watch)
}

async function watch(campaignId: string, options: FollowOptions): Promise<void> {
  const stop = stopSignal(() => undefined)
  process.exitCode = await followCampaign(campaignId, options, process.env, stop)
}
