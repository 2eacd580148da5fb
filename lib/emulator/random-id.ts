/** Ids that look like Alibaba's, from a source of chance that is passed in. */
import type { Random } from '../backoff.js'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

export const randomId = (random: Random, length: number): string =>
  Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
