/** Drops the fields of a record that say nothing. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) if (value !== undefined && value !== '') said[name] = value
  return said as never
}
