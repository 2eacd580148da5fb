/** The report file of the bench: figures of other parts are kept, and a file that is no report is refused before anything runs. */
import { describe, expect, it } from 'vitest'
import { type Benchmark, figuresOf, machine, toMarkdown } from '../../bench/report.js'

describe('the figures of a report file', () => {
  it('are kept', () => {
    expect(figuresOf('{"makespan":[1]}')).toEqual({ makespan: [1] })
  })

  it.each(['', '\n'])('are none if it is empty: %j', (text) => {
    expect(figuresOf(text)).toEqual({})
  })

  it.each(['{"makespan":', 'null', '[]', '"text"', '7'])('are refused if it is no report: %s', (text) => {
    expect(figuresOf(text)).toBeUndefined()
  })
})

describe('the document', () => {
  const benchmarks: Benchmark[] = ['one', 'two', 'three'].map((name) => ({
    name,
    about: `what ${name} measures`,
    run: async () => undefined,
    table: (result) => [['figure'], [String(result)]],
  }))
  const sectionsOf = (text: string) => text.split(/^(?=## )/m).slice(1)

  it('keeps the sections of parts that have no figures, in the order of the parts', () => {
    const before = toMarkdown(benchmarks, { machine: machine(), one: 1, three: 3 })
    const after = toMarkdown(benchmarks, { machine: machine(), three: 33, two: 2 }, before)
    expect(sectionsOf(after).map((section) => section.split('\n')[0])).toEqual(['## one', '## two', '## three'])
    expect(sectionsOf(after)[0]).toBe(sectionsOf(before)[0])
    expect(sectionsOf(after)[2]).toContain('| 33 |')
  })

  it('drops sections of parts that no longer exist', () => {
    const before = toMarkdown(benchmarks, { machine: machine(), one: 1, two: 2 })
    expect(toMarkdown(benchmarks.slice(1), { machine: machine() }, before)).not.toContain('## one')
  })
})
