/** Texts that somebody else wrote, made fit to be sent on. */

/** Lone surrogates have no bytes in UTF-8, so that a request with one in a parameter cannot be built at all. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD')

/** What neither XML 1.0, and so no attribute of SQS or SNS, nor a line of text takes becomes a space. */
export const replaceControls = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')

/** The first `characters` of a text; a character that takes two code units is not cut in half. */
export const firstOf = (text: string, characters: number): string =>
  text.length <= characters ? text : text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')

/**
 * Characters that steer a terminal or change the order of what is read, as escapes of JSON; line breaks stay where `lines`
 * says so. JSON stays the same JSON.
 */
export const escapeControls = (text: string, lines = false): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) =>
    lines && character === '\n' ? character : character.split('').map(escapeOf).join(''),
  )

const escapeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
