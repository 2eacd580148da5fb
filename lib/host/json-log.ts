/** The log: JSON lines on standard error, with what must never be seen taken out. */
import { pino } from 'pino'
import type { LogLevel } from '../config.js'
import type { Log } from '../ports.js'

/** Field names whose values are secrets wherever they stand. */
const SECRET_FIELDS = ['accessKeyId', 'accessKeySecret', 'securityToken', 'authorization', 'Signature', 'receiptHandle']

/** A URL's parameters can carry signatures and tokens: a text keeps the URL and loses them. */
const scrub = (text: string): string => text.replace(/(https?:\/\/[^\s?"']+)\?[^\s"']*/gi, '$1?…')

const scrubbed = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]),
  )

/** Writes to standard error, so that standard output belongs to the command. */
export function createJsonLog(level: LogLevel): Log {
  const redact = { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '…' }
  const out = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      redact,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: true }),
  )
  const write =
    (name: LogLevel): Log['info'] =>
    (event, fields) =>
      out[name](scrubbed(fields ?? {}), event)
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
