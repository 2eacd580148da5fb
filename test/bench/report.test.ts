/** The report file of the bench: figures of other parts are kept, and a file that is no report is refused before anything runs. */
import { describe, expect, it } from 'vitest'
import { figuresOf } from '../../bench/report.js'

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
