/** The log port. */

export type LogFields = Readonly<Record<string, unknown>>

/** Events are `subject:verb`. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}
