/** Texts that somebody else wrote, made fit to be sent on. */

/** Lone surrogates have no bytes in UTF-8, so that a request with one in a parameter cannot be built at all. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD')

/** What neither XML 1.0, and so no attribute of SQS or SNS, nor a line of text takes becomes a space. */
export const replaceControls = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')

/** The first `characters` of a text; a character that takes two code units is not cut in half. */
export const firstOf = (text: string, characters: number): string =>
  text.length <= characters ? text : text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')
