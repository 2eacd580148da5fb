/** Words of shell commands. */

/** A text in single quotes. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** A text as one word: in quotes if a shell would read it otherwise. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : singleQuoted(text))
