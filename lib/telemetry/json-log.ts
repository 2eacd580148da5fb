/** The log: JSON lines on standard error, without secrets. */
import { type DestinationStream, pino } from 'pino'
import { scrub } from '../domain/scrub.js'
import type { Log, LogLevel } from './log.js'

/** Fields whose values are secrets at any depth. */
const SECRET_FIELDS = new Set([
  'accessKeyId',
  'accessKeySecret',
  'securityToken',
  'authorization',
  'Signature',
  'receiptHandle',
])
const CENSORED = '…'

/** A copy without secrets, by field name and by text. */
const scrubbed = (value: unknown): unknown => {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map(scrubbed)
  if (typeof value !== 'object' || value === null) return value
  const clean: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value))
    clean[name] = SECRET_FIELDS.has(name) && inner !== undefined ? CENSORED : scrubbed(inner)
  return clean
}

/** Writes to standard error, since standard output carries the output of a command. */
export function createJsonLog(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  const out = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const write =
    (name: LogLevel): Log['info'] =>
    (event, fields) => {
      // Most lines are debug lines that are not written, and scrubbing costs time.
      if (out.isLevelEnabled(name)) out[name](scrubbed(fields ?? {}) as object, event)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
