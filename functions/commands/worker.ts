/** `cen-attach worker` */
import type { Command } from 'commander'
import { SETTINGS } from '../../lib/config/settings.js'

const settings = SETTINGS.map(
  ({ name, meaning, default: fallback }) => `  ${name}\n      ${meaning}${fallback ? ` (default: ${fallback})` : ''}`,
)

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('the long-running worker on a real queue; settings come from the environment')
    .addHelpText(
      'after',
      `\nSettings:\n${settings.join('\n')}\n\nExample:\n  ATTACHMENT_POLICY=allow-all REQUEST_QUEUE_URL=… DEAD_LETTER_QUEUE_URL=… RESULT_TOPIC_ARN=… cen-attach worker`,
    )
    .action(async () => {
      const { runWorkerProcess } = await import('../compose/worker.js')
      // Calls that outlast the grace period must not keep the process alive.
      process.exit(await runWorkerProcess(process.env))
    })
}
