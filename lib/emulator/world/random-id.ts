/** Random ids in the formats of Alibaba. */
import type { Random } from '../../domain/backoff.js'

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

export const randomId = (random: Random, length: number): string =>
  Array.from({ length }, () => ID_CHARACTERS[Math.floor(random() * ID_CHARACTERS.length)]).join('')

/** A request id, an upper-case UUID. */
export function randomRequestId(random: Random): string {
  const hex = Array.from({ length: 32 }, () =>
    Math.floor(random() * 16)
      .toString(16)
      .toUpperCase(),
  ).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
