import { describe, expect, it } from 'vitest'
import { lettersText } from '../functions/wiring/letters-told.js'
import type { Letter } from '../lib/letter.js'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const letter = {
  messageId: 'm',
  body: '{}',
  attributes: {},
  sentAtMs: NOW - 60_000,
  receiveCount: 1,
} as unknown as Letter

describe('a list of dead letters', () => {
  it.each([
    [undefined, false],
    [14 * 86_400_000, false],
    [3_600_000, true],
  ])('kept for %s ms says when the queue drops the oldest, where that is known and soon', (retentionMs, says) => {
    const all = { letters: [letter], elsewhere: 0, retentionMs }
    const text = lettersText({ all, chosen: [letter], groups: [] }, { by: ['code'] }, NOW)
    expect(text.includes('the queue drops it in')).toBe(says)
  })
})
