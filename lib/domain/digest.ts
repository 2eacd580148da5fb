/** SHA-256 digests, and text lengths in bytes. */
import { createHash } from 'node:crypto'

/** Lower-case hex SHA-256 of the UTF-8 bytes of `text`. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

const utf8 = new TextEncoder()

/** The length of `text` in UTF-8 bytes, the unit of every queue and topic limit. */
export const byteLength = (text: string): number => utf8.encode(text).length
