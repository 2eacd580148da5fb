/** SHA-256 as the ids of this house are built from it, and lengths as queues and topics count them. */
import { createHash } from 'node:crypto'

/** Lower-case hex SHA-256 of the UTF-8 bytes of `text`. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

const utf8 = new TextEncoder()

/** Length of `text` in UTF-8 bytes, the unit of every queue and topic limit. */
export const byteLength = (text: string): number => utf8.encode(text).length
