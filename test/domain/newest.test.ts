/** Maps that keep only their newest entries. */
import { describe, expect, it } from 'vitest'
import { putNewest } from '../../lib/domain/newest.js'

describe('putNewest', () => {
  it('keeps the newest entries, and counts an entry that is put again as new', () => {
    const map = new Map<string, number>()
    for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) putNewest(map, key, index, 2)
    expect([...map]).toEqual([
      ['a', 2],
      ['c', 3],
    ])
  })
})
