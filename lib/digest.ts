/** SHA-256 as the ids of this house are built from it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** Lower-case hex SHA-256 of the UTF-8 bytes of `text`. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** Length of `text` in UTF-8 bytes, the unit of every queue and topic limit. */
export const byteLength = (text: string): number => utf8ToBytes(text).length
