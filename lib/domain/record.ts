/** Drops the fields of a record that say nothing. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const defined: Record<string, unknown> = {}
  // Faster than Object.entries; a record here has no fields but its own.
  for (const name in record) {
    const value: unknown = record[name]
    if (value !== undefined && value !== '') defined[name] = value
  }
  return defined as never
}
