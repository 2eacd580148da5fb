/** Reads the answers of Alibaba's APIs strictly: what cannot be read is a failure, so that nothing is concluded from it. */
import { type Answer, answered, refusal } from '../../domain/failure.js'
import type { Body } from './rpc.js'

/** A larger count makes an answer unreadable: no quota of CEN comes near it. */
export const MAX_LISTED = 100_000

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
export const textOf = (value: unknown): string | undefined => (isText(value) ? value : undefined)

/** An account id, which the API answers as a number; undefined if its digits were lost. */
export const accountIdOf = (value: unknown): string | undefined =>
  isText(value) ? value : Number.isSafeInteger(value) ? String(value) : undefined

/** A list that the API nests, as in `Cens: { Cen: [] }`; none without a list. */
export const nested = (list: unknown, name: string): unknown => (list as Body | undefined)?.[name]

/** The entries of a list, none without one; undefined if an entry is unreadable or there are more than `most`. */
export function entriesOf<T>(list: unknown, read: (entry: Body) => T | undefined, most: number): T[] | undefined {
  const entries = list ?? []
  if (!Array.isArray(entries) || entries.length > most) return undefined
  const known = entries.flatMap((entry) => (typeof entry === 'object' && entry !== null ? (read(entry) ?? []) : []))
  return known.length === entries.length ? known : undefined
}

/** As `entriesOf`, for a list that the API always sends: an answer without it is unreadable, and not an empty list. */
export const listedEntries: typeof entriesOf = (list, read, most) =>
  Array.isArray(list) ? entriesOf(list, read, most) : undefined

/** A count in an answer; undefined if it is none. */
export function countOf(value: unknown, most = MAX_LISTED): number | undefined {
  const count = typeof value === 'number' || isText(value) ? Number(value) : Number.NaN
  return Number.isInteger(count) && count >= 0 && count <= most ? count : undefined
}

/** An answer that `map` cannot read is a failure. */
export function readAnswer<T>(answer: Answer<Body>, map: (body: Body) => T | undefined): Answer<T> {
  if (!answer.ok) return answer
  try {
    const value = map(answer.value)
    if (value !== undefined) return answered(value)
  } catch {
    // `String` and `Number` throw for an object in place of a text.
  }
  return unreadable('the answer does not have the requested fields')
}

export const unreadable = (message: string): Answer<never> => refusal('UnreadableAnswer', message)
