import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength } from '../../lib/domain/digest.js'
import {
  cut,
  escapeControls,
  firstFitting,
  firstOf,
  replaceControls,
  wellFormed,
} from '../../lib/domain/foreign-text.js'

const EMOJI = '\u{1F600}'

describe('the first characters of a text', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    [`ab${EMOJI}`, 3, 'ab'],
    [`${EMOJI}${EMOJI}`, 3, EMOJI],
    [`ab${EMOJI}`, 4, `ab${EMOJI}`],
  ])('%j, %i: %j', (text, characters, expected) => expect(firstOf(text, characters)).toBe(expected))
})

describe('a text that is cut', () => {
  it.each([
    ['the quotes count: 5 bytes fit', 'abc', 5, 'abc'],
    ['an ellipsis marks the cut', 'abcdefghij', 10, 'abcde…'],
    ['a character may take six bytes', '\u0001\u0001\u0001', 12, '\u0001…'],
    ['nothing fits', 'abc', 4, '…'],
  ])('%s', (_, text, bytes, expected) => expect(cut(text, bytes)).toBe(expected))

  it('is at most as long as it may be, and its beginning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 5, max: 80 }), (text, bytes) => {
        const kept = cut(text, bytes)
        expect(byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(bytes)
        expect(kept === text || (kept.endsWith('…') && text.startsWith(kept.slice(0, -1)))).toBe(true)
      }),
    )
  })
})

describe('a list that is cut', () => {
  // Each of these takes four bytes as JSON, with its comma.
  it.each([
    [12, ['a', 'b', 'c']],
    [11, ['a', 'b']],
    [4, ['a']],
    [3, []],
  ])('to %i bytes', (bytes, expected) => expect(firstFitting(['a', 'b', 'c'], bytes)).toEqual(expected))
})

describe('a text for a terminal', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['a\u0000b', 'a\\u0000b'],
    ['right to left \u202e', 'right to left \\u202e'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['lone \ud800', 'lone \\ud800'],
    ['tag \u{E0041}', 'tag \\udb40\\udc41'],
    ['line\nbreak', 'line\\u000abreak'],
    [`schön ${EMOJI} 漢字`, `schön ${EMOJI} 漢字`],
  ])('%j becomes %j', (text, expected) => expect(escapeControls(text)).toBe(expected))

  it('may keep its line breaks, and nothing else', () => {
    expect(escapeControls('a\nb\r\tc', true)).toBe('a\nb\\u000d\\u0009c')
  })
})

it('A lone surrogate is replaced, and a pair is kept', () => {
  expect(wellFormed(`\ud800a${EMOJI}\udc00`)).toBe(`\uFFFDa${EMOJI}\uFFFD`)
  expect(replaceControls(`\ud800a${EMOJI}\u0007\uFFFE\uFFFFb`)).toBe(` a${EMOJI}   b`)
})
