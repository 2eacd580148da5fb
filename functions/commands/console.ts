/** `cen-attach console` */
import type { Command } from 'commander'
import { addFollowOptions, type FollowOptions } from '../campaigns/options.js'
import { stopSignal } from '../compose/process.js'
import { portOption } from '../terminal/settings.js'

const EXAMPLES = `
Examples:
  cen-attach console wave-3
  cen-attach console wave-3 --port 8090          # the same address at each start, except for its token
  cen-attach console wave-3 --json | head -1 | jq -r .url

Follows like watch, until Ctrl-C, and prints the address of its page once. Anyone with this address can read the campaign and
redrive. The page is on loopback only: for another machine forward the port (ssh -L 8090:127.0.0.1:8090).`

export function addConsole(program: Command): void {
  addFollowOptions(program.command('console'))
    .description('a live page of a campaign: counts, map, timeline, missing grants, dead letters')
    .option('--port <number>', 'port of the page on loopback; 0 picks a free port', portOption, 0)
    .option('--dlq-url <url>', 'the dead-letter queue; by default DEAD_LETTER_QUEUE_URL')
    .addHelpText('after', EXAMPLES)
    .action(show)
}

async function show(campaignId: string, options: FollowOptions & { readonly port: number }): Promise<void> {
  const { port, json, dlqUrl: deadLetterQueueUrl = process.env.DEAD_LETTER_QUEUE_URL } = options
  const stop = stopSignal()
  const { openConsole } = await import('../campaigns/console.js')
  const { followCampaign } = await import('../campaigns/follow.js')
  const page = openConsole({ deadLetterQueueUrl, port, portOption: '--port', json, stop })
  process.exitCode = await followCampaign(campaignId, options, process.env, stop, page)
}
