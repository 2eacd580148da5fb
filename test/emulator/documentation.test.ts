import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EMULATED_PRODUCTS } from '../../lib/emulator/actions/products.js'
import { WorldFile } from '../../lib/emulator/world/world-file.js'

describe('the documentation of the emulator', () => {
  it('lists the actions of every version, and no others', () => {
    const rows = readFileSync('docs/emulator.md', 'utf8').matchAll(/^\| \w+ \| `(\d{4}-\d\d-\d\d)` \| (.+) \|$/gm)
    const listed = [...rows].map(([, version = '', names = '']) => [
      version,
      names.replaceAll('`', '').split(' ').sort(),
    ])
    const emulated = Object.entries(EMULATED_PRODUCTS).map(([version, { actions }]) => [
      version,
      Object.keys(actions).sort(),
    ])
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(emulated))
  })

  it('has every key of a world file', () => {
    const rows = readFileSync('docs/world-file.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)
    expect([...rows].map(([, key]) => key).sort()).toEqual(Object.keys(WorldFile.entries).sort())
  })
})
