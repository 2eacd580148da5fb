import { describe, expect, it } from 'vitest'
import { deadLetterListText } from '../../functions/dead-letters/list-text.js'
import type { DeadLetterView } from '../../lib/dead-letters/dead-letter-view.js'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const deadLetter = {
  messageId: 'm',
  body: '{}',
  attributes: {},
  sentAtMs: NOW - 60_000,
  receiveCount: 1,
} as unknown as DeadLetterView

describe('a list of dead letters', () => {
  it.each([
    [undefined, false],
    [14 * 86_400_000, false],
    [3_600_000, true],
  ])(
    'with a retention of %s ms reports when the queue deletes the oldest, if that is soon: %s',
    (retentionMs, says) => {
      const all = { letters: [deadLetter], elsewhere: 0, retentionMs }
      const text = deadLetterListText({ all, selected: [deadLetter], groups: [] }, { by: ['code'] }, NOW)
      expect(text.includes('the queue deletes it in')).toBe(says)
    },
  )
})
