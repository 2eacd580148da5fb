/** The log: JSON lines on standard error, with what must never be seen taken out. */
import { type DestinationStream, pino } from 'pino'
import type { LogLevel } from '../config/config.js'
import { scrub } from '../domain/scrub.js'
import type { Log } from './log.js'

/** Field names whose values are secrets wherever they stand. */
const SECRET_FIELDS = new Set([
  'accessKeyId',
  'accessKeySecret',
  'securityToken',
  'authorization',
  'Signature',
  'receiptHandle',
])
const CENSORED = '…'

const scrubbed = (value: unknown): unknown => {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map(scrubbed)
  if (typeof value !== 'object' || value === null) return value
  const clean: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value))
    clean[name] = SECRET_FIELDS.has(name) && inner !== undefined ? CENSORED : scrubbed(inner)
  return clean
}

/** Writes to standard error, so that standard output belongs to the command. */
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
      // What is not written needs no cleaning; most lines are for debugging.
      if (out.isLevelEnabled(name)) out[name](scrubbed(fields ?? {}) as object, event)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
