/** Objects with named fields, such as JSON has. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `JSON.stringify` overflows the stack at some 4,000 levels, `JSON.parse` at none; no message has more than a dozen. */
const MOST_LEVELS = 100

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))

/** The value of a JSON text; undefined, which JSON does not have, if it is none, or nested too deep to be written again. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isDeeper(value, MOST_LEVELS) ? undefined : value
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
