/** Objects with named fields, such as JSON has. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value of a JSON text; undefined, which JSON does not have, if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Drops the fields of a record that are undefined or an empty string. */
export function withoutEmpty<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const defined: Record<string, unknown> = {}
  // Faster than Object.entries; these records inherit no fields.
  for (const name in record) {
    const value: unknown = record[name]
    if (value !== undefined && value !== '') defined[name] = value
  }
  return defined as never
}
