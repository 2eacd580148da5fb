/** Prints settings for a shell; reads and explains ports. */
import { InvalidArgumentError } from 'commander'
import { shellWord } from '../../lib/domain/shell.js'
import { print, printJson, UsageError } from './print.js'

/** Prints `export NAME=value` lines, as a shell reads them, with the heading as a comment, or one JSON object. */
export function printSettings(
  settings: Readonly<Record<string, string>>,
  json: boolean | undefined,
  heading: string,
): void {
  if (json) {
    printJson(settings)
    return
  }
  print(`# ${heading}`)
  for (const [name, value] of Object.entries(settings)) print(`export ${name}=${shellWord(value)}`)
  print('# Ctrl-C stops it.')
}

export function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new InvalidArgumentError('must be a port from 0 to 65535.')
  return port
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EACCES: 'needs more permissions',
}

/** Rejects with wrong use if the server cannot listen on the port of `option`. */
export async function explainPortErrors<T>(option: string, port: number | undefined, started: Promise<T>): Promise<T> {
  try {
    return await started
  } catch (error) {
    const why = REASONS[(error as NodeJS.ErrnoException).code ?? '']
    if (why === undefined) throw error
    throw new UsageError([`${option}: port ${port} of 127.0.0.1 ${why}; name another port, or 0 for a free one`])
  }
}
