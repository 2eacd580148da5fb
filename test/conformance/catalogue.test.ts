/** The list of facts: ids, sources, open questions, and the places where the product assumes what is not documented. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FACTS } from '../../conformance/facts/catalogue.js'
import { CERTAINTIES, is, oneOf, withinSeconds } from '../../conformance/facts/fact.js'
import { OPEN_QUESTIONS } from '../../conformance/facts/open-questions.js'
import { conformanceMarkdown } from '../../docs/generate/conformance.js'

describe('the facts', () => {
  it('have ids of their own, a subject, a source and a known certainty', () => {
    expect(new Set(FACTS.map(({ id }) => id)).size).toBe(FACTS.length)
    for (const { id, source, sentence, certainty, expected } of FACTS) {
      expect(id).toMatch(/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/)
      expect(Object.keys(CERTAINTIES)).toContain(certainty)
      for (const text of [source, sentence, expected.text]) expect(text.length).toBeGreaterThan(0)
    }
  })

  it('answer every open question', () => {
    const answered = new Set(FACTS.map(({ question }) => question))
    const open = Object.keys(OPEN_QUESTIONS).map(Number)
    expect(open).toHaveLength(13)
    expect(open.filter((number) => !answered.has(number))).toEqual([])
  })

  it('name the place of each assumption, and it is there', () => {
    const inferred = FACTS.filter(({ certainty }) => certainty === 'I')
    expect(inferred.filter(({ assumedIn }) => assumedIn === undefined).map(({ id }) => id)).toEqual([])
    const places = FACTS.flatMap(({ id, assumedIn = '' }) =>
      assumedIn
        .split('; ')
        .filter((place) => place !== '')
        .map((place) => [id, ...place.split(' ')] as const),
    )
    const missing = places.filter(
      ([, file = '', name = '']) => !existsSync(file) || !readFileSync(file, 'utf8').includes(name),
    )
    expect(missing).toEqual([])
  })

  it('are listed in the documentation', () => {
    expect(readFileSync('docs/conformance.md', 'utf8')).toBe(
      conformanceMarkdown(readFileSync('docs/conformance.md', 'utf8')),
    )
  })
})

describe('an expectation', () => {
  it.each([
    [is('a'), ['a'], ['b', 'a ', '']],
    [oneOf('a', 'b'), ['a', 'b'], ['c', 'a or b']],
    [withinSeconds(20), ['0.0 s', '20.0 s'], ['20.1 s', 'never', '']],
  ])('$text', ({ holds }, same, different) => {
    expect(same.filter((seen) => !holds(seen))).toEqual([])
    expect(different.filter((seen) => holds(seen))).toEqual([])
  })
})
