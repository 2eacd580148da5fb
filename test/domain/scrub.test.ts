import { afterEach, describe, expect, it } from 'vitest'
import { holdSecrets, scrub } from '../../lib/domain/scrub.js'

const SECRET = 'kJ3+x/9QmZ2vT7uL0pRwYcN5bHdE=a'

/** The worst case of each rule: a text that begins to match again and again and never does. */
const HARD: Record<string, (characters: number) => string> = {
  'URLs without an end': (n) => 'http://'.repeat(n / 7),
  'URLs with a user at the end': (n) => `${'https://'.repeat(n / 8)}@`,
  'URLs of one host': (n) => `${'http://a'.repeat(n / 8)}:`,
  'request lines': (n) => `${'GET '.repeat(n / 4)}=`,
  'names of secrets in one word': (n) => `${'signature'.repeat(n / 9)}=`,
  'names of secrets with blanks': (n) => `signature${' '.repeat(n)}:`,
  'names of secrets with quotes': (n) => `signature${'"'.repeat(n)}:`,
  'headers without a value': (n) => `${'authorization '.repeat(n / 14)}:`,
}

describe('scrubbing', () => {
  it.each(Object.entries(HARD))('takes linear time: %s', (_, text) => {
    const msOf = (characters: number) => {
      const hard = text(characters)
      const startedMs = performance.now()
      scrub(hard)
      return performance.now() - startedMs
    }
    msOf(1_000)
    // A quadratic rule takes half a minute for this.
    expect(msOf(400_000)).toBeLessThan(1_500)
  })

  it('removes the query of each URL', () => {
    expect(scrub('GET /?Signature=abc failed; see https://a.example/x?y=1 and "https://b.example/z"')).toBe(
      'GET /?… failed; see https://a.example/x?… and "https://b.example/z"',
    )
  })

  describe('the secrets that the process holds', () => {
    afterEach(() => {
      for (let other = 0; other < 64; other++) holdSecrets(`another value that is long ${other}`)
    })

    it('removes each value under any name, plain and URL-encoded', () => {
      expect(scrub(`the words ${SECRET} and`)).toContain(SECRET)
      holdSecrets(SECRET, undefined)
      expect(scrub(`the words ${SECRET} and ${encodeURIComponent(SECRET)}`)).toBe('the words … and …')
    })

    it('keeps the latest secrets, and no short value', () => {
      holdSecrets('short', SECRET)
      expect(scrub(`short ${SECRET}`)).toBe('short …')
      for (let other = 0; other < 64; other++) holdSecrets(`yet another value ${other} long`)
      expect(scrub(SECRET)).toBe(SECRET)
    })
  })
})
