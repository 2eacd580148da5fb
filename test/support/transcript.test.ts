import { describe, expect, it } from 'vitest'
import { missingLines } from './transcript.js'

const OUT = 'row  seconds  receives\nline 2  1.0  1\nline 3  2.0  1\n\n2 rows; http://127.0.0.1:4566/q\n'

describe('what a page shows of an output', () => {
  it.each<[string, string[]]>([
    ['all of it', OUT.trimEnd().split('\n')],
    [
      'other times and ports',
      ['row seconds receives', 'line 2 7.5 2', 'line 3 9.9 1', '', '2 rows; http://127.0.0.1:1/q'],
    ],
    ['its start', ['row  seconds  receives', '…']],
    ['its end', ['…', '2 rows; …']],
    ['lines in their order', ['…', 'line 2  1.0', '…', 'line 3…', '…']],
    ['nothing left out', ['…', 'row  seconds  receives', '…', 'line 2  1.0', 'line 3  2.0', '', '…', '2 rows…', '…']],
    ['anything', ['…']],
  ])('is there: %s', (_what, shown) => {
    expect(missingLines(shown, OUT)).toEqual([])
  })

  it.each<[string, string[], string[]]>([
    ['a line that is not there', ['…', 'line 4  1.0', '…'], ['line 4  1.0']],
    ['lines in another order', ['…', 'line 3  2.0', '…', 'line 2  1.0', '…'], ['line 2  1.0']],
    ['lines with others between them', ['…', 'line 2  1.0', '', '…'], ['line 2  1.0', '']],
    ['a start that is not the start', ['line 2  1.0', '…'], ['line 2  1.0']],
    ['an end that is not the end', ['…', 'line 3  2.0'], ['line 3  2.0']],
    ['a part of it', ['row  seconds  receives'], ['row  seconds  receives']],
    ['more than all of it', ['…', '2 rows…', '2 rows…'], ['2 rows…', '2 rows…']],
    ['one line twice', ['…', 'line 2…', '…', 'line 2…', '…'], ['line 2…']],
  ])('is missing: %s', (_what, shown, missing) => {
    expect(missingLines(shown, OUT)).toEqual(missing)
  })
})
