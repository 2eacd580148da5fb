/** Values that stand for others: those of the examples, and what is left of a command that found nothing. */

/** Accounts and ids of deploy/example.yml, docs/ and events/examples/, and of AWS's own documentation. */
const EXAMPLES =
  /111122223333|444455556666|123456789012|16880000000000\d\d|cen-7qthudw0ll6jmxabcd|\bA[A-Z]{3}[A-Z0-9]*EXAMPLE\w*/
/** `None` is what the AWS CLI prints for a value that is not there. */
const EMPTY = /^\s*(?:None|null|undefined)?\s*$/

/** A sentence for each text in `value` that is a placeholder, with its path: `at`, then `a.0.b`, or `a[0].b` with `brackets`. */
export function placeholderFaults(value: unknown, at: string, brackets = false): string[] {
  if (typeof value === 'string') {
    if (EMPTY.test(value)) return [`${at} is empty ("${value}"): put a value, or leave it out`]
    const [found] = EXAMPLES.exec(value) ?? []
    return found === undefined ? [] : [`${at} has ${found}, which is of the example: put yours, or leave it out`]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const isIndex = brackets && Array.isArray(value)
    const path = isIndex ? `${at}[${key}]` : at === '' ? key : /[ :]$/.test(at) ? `${at}${key}` : `${at}.${key}`
    return placeholderFaults(inner, path, brackets)
  })
}
