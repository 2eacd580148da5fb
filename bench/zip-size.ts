/** How large a folder is as a zip. */
import { readdirSync, readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'

/** A local header and an entry of the directory, each with the name; and the directory's end (PKWARE APPNOTE 4.3). */
const HEADER_BYTES = 30 + 46
const END_BYTES = 22

/** Bytes at level 9; the folder has no folders in it. */
export function zipBytes(folder: string): number {
  const sizes = readdirSync(folder).map((name) => {
    const { length } = deflateRawSync(readFileSync(`${folder}/${name}`), { level: 9 })
    return length + HEADER_BYTES + 2 * `${folder}/${name}`.length
  })
  return sizes.reduce((sum, size) => sum + size, END_BYTES)
}
