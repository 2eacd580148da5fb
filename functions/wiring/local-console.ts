/** `local --console`: the page of what goes on in the embedded place. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import { type OpenConsole, openConsole } from './campaign-console.js'
import type { LocalCloud } from './local-cloud.js'
import { portOption } from './settings-print.js'

export interface ConsoleChoice {
  readonly submit?: string
  readonly campaign?: string
  readonly console?: boolean
  readonly consolePort: number
  readonly json?: boolean
}

export const addConsoleOptions = (command: Command): Command =>
  command
    .option('--console', 'show it in a page on loopback, and stay up until Ctrl-C')
    .option('--console-port <number>', 'port of that page; 0 picks a free one', portOption, 0)

/** Undefined where no page is wished. */
export function localConsole(choice: ConsoleChoice, cloud: LocalCloud, stop: AbortSignal): OpenConsole | undefined {
  if (!choice.console) return undefined
  const { campaign: title = basename(choice.submit ?? 'local'), consolePort: port, json } = choice
  const { deadLetterQueueUrl } = cloud.queues
  return openConsole({ deadLetterQueueUrl, title, port, portOption: '--console-port', json, stop })
}
