/** Ids that look like Alibaba's, from a source of chance that is passed in. */
import type { Random } from '../../domain/backoff.js'

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

export const randomId = (random: Random, length: number): string =>
  Array.from({ length }, () => ID_CHARACTERS[Math.floor(random() * ID_CHARACTERS.length)]).join('')
