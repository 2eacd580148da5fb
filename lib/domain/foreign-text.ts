/** Makes texts and lists of other programs safe to send and to print. */
import { byteLength } from './digest.js'

/** Replaces lone surrogates, which UTF-8 cannot encode: the SDK cannot build a request with one in a parameter. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD')

/** Replaces characters that XML 1.0, and so attributes of SQS and SNS, or a line of text cannot hold by spaces. */
export const replaceControls = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')

/** The first `characters` code units of a text; no surrogate pair is cut in two. */
export const firstOf = (text: string, characters: number): string =>
  text.length <= characters ? text : text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')

/**
 * Writes characters that control a terminal or reorder text as JSON escapes; keeps line breaks if `lines`. JSON keeps its
 * meaning.
 */
export const escapeControls = (text: string, lines = false): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) =>
    lines && character === '\n' ? character : character.split('').map(escapeOf).join(''),
  )

const escapeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Cuts a text to at most `bytes` as JSON; an ellipsis marks the cut. */
export function cut(text: string, bytes: number): string {
  const cost = (piece: string) => byteLength(JSON.stringify(piece))
  if (cost(text) <= bytes) return text
  let keep = Math.min(text.length, bytes)
  while (keep > 0 && cost(text.slice(0, keep)) > bytes - 3) keep = Math.floor(keep * 0.9)
  return `${firstOf(text, keep)}…`
}

/** The first items that have at most `bytes` as JSON. */
export function firstFitting<Item>(items: readonly Item[], bytes: number): readonly Item[] {
  let used = 0
  const end = items.findIndex((item) => {
    used += byteLength(JSON.stringify(item)) + 1
    return used > bytes
  })
  return end < 0 ? items : items.slice(0, end)
}
