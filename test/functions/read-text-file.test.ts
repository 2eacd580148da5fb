import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readTextFile } from '../../functions/compose/process.js'

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-text-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from('{"größe": 1}')],
    ['UTF-8 with a byte order mark, as editors on Windows write it', Buffer.from('\uFEFF{"größe": 1}')],
    ['UTF-16, as spreadsheets write it', Buffer.from('\uFEFF{"größe": 1}', 'utf16le')],
  ])('in %s', (_, bytes) => {
    const file = join(folder, 'policy.json')
    writeFileSync(file, bytes)
    expect(readTextFile(file)).toBe('{"größe": 1}')
  })

  it.each([
    ['missing.json', 'there is no such file'],
    ['.', 'it is a folder'],
  ])('that cannot be read is named with the reason: %s', (name, reason) => {
    const file = join(folder, name)
    expect(() => readTextFile(file)).toThrow(`${file}: cannot be read: ${reason}`)
  })
})
