/** Values that are loaded once, and maps of newest entries. */
import { describe, expect, it } from 'vitest'
import { loadOnce, putNewest } from '../../lib/domain/kept.js'

const counted = (...answers: (number | Error)[]) => {
  let calls = 0
  const value = loadOnce(async () => {
    const answer = answers[calls++]
    if (answer === undefined || answer instanceof Error) throw answer
    return answer
  })
  return { value, calls: () => calls }
}

describe('loadOnce', () => {
  it('loads for the first call, and shares the value', async () => {
    const { value, calls } = counted(1, 2)
    expect(await Promise.all([value.get(), value.get()])).toEqual([1, 1])
    expect(await value.get()).toBe(1)
    expect(calls()).toBe(1)
  })

  it('loads again after a failure, which all who waited for it get', async () => {
    const { value } = counted(new Error('away'), 2)
    const both = await Promise.allSettled([value.get(), value.get()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await value.get()).toBe(2)
  })

  it('loads again once it was forgotten, whatever becomes of the value before', async () => {
    const { value } = counted(new Error('away'), 2, 3)
    const old = value.get()
    value.forget()
    const fresh = value.get()
    await expect(old).rejects.toThrow('away')
    expect([await fresh, await value.get()]).toEqual([2, 2])
  })
})

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
