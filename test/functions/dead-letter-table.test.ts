import { describe, expect, it } from 'vitest'
import { ageText, deadLetterTable, deadLetterText, groupTable } from '../../functions/dead-letters/table.js'
import { readDeadLetter } from '../../lib/dead-letters/dead-letter-view.js'
import { groupFacts } from '../../lib/dead-letters/facts.js'
import { escapeControls } from '../../lib/domain/foreign-text.js'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const TIMES = { nowMs: NOW, ttlMs: 86_400_000 }
const deadLetter = (body: string, hoursAgo: number, attributes: Record<string, string> = {}) =>
  readDeadLetter({
    messageId: `0000000${hoursAgo}-a`,
    body,
    attributes,
    sentAtMs: NOW - hoursAgo * 3_600_000,
    receiveCount: 1,
  })
const OF_WORKER = { reason: 'rejected', resultId: 'f', errorCode: 'Bid.NotFound', errorKind: 'rejected' }
const GOOD = '{"cenId":"cen-1","childInstanceId":"vpc-1","childInstanceRegionId":"cn-hangzhou"}'
const LETTERS = [
  deadLetter(GOOD, 1, OF_WORKER),
  deadLetter('{"cenId":"cen-1"}', 5, OF_WORKER),
  deadLetter('\u009b31mred\u202e', 2),
]

describe('dead letters as text', () => {
  it.each([
    [0, '0 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_199_000, '119 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
    [-5, '0 s'],
  ])('an age of %i ms is %s', (ms, text) => expect(ageText(ms)).toBe(text))

  it('escapes control and direction characters', () => {
    expect(escapeControls('a\u001b[31mb\u009bc\u202ed\ne')).toBe('a\\u001b[31mb\\u009bc\\u202ed\\u000ae')
    for (const text of [deadLetterText(LETTERS[2] as never, TIMES), deadLetterTable(LETTERS, NOW)])
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u202e]/)
  })

  it('has a line for each group: counts, ages, how many can be redriven', () => {
    const table = groupTable(groupFacts(LETTERS, ['code'], TIMES), ['code'], NOW).split('\n')
    expect(table.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['code', 'messages', 'redrivable', 'oldest', 'newest'],
      ['Bid.NotFound', '2', '1', '5 h', '60 min'],
      ['(foreign)', '1', '0', '2 h', '2 h'],
    ])
  })

  it('has the codes of a group by other facets', () => {
    expect(groupTable(groupFacts(LETTERS, ['cen'], TIMES), ['cen'], NOW)).toMatch(/cen-1 .* 2 Bid\.NotFound/)
  })

  it('has a dead letter in full: advice, what a redrive would do, the body', () => {
    const text = deadLetterText(LETTERS[1] as never, TIMES)
    for (const part of [
      '00000005-a',
      'cen-1/?',
      'Bid.NotFound (rejected)',
      'cannot be sent unchanged',
      '2026-11-24T22:00:00.000Z, 5 h',
      '{"cenId":"cen-1"}',
    ])
      expect(text).toContain(part)
  })
})
