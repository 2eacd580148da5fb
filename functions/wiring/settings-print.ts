/** Settings as a shell can read them back. */
import { InvalidArgumentError } from 'commander'
import { say, sayJson } from './terminal.js'

/** Prints `export NAME=value` lines under a heading that a shell takes for a comment, or one JSON object. */
export function saySettings(
  settings: Readonly<Record<string, string>>,
  json: boolean | undefined,
  heading: string,
): void {
  if (json) {
    sayJson(settings)
    return
  }
  say(`# ${heading}`)
  for (const [name, value] of Object.entries(settings)) say(`export ${name}=${value}`)
  say('# Ctrl-C stops it.')
}

export function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new InvalidArgumentError('must be a port from 0 to 65535.')
  return port
}
