import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shellWord, singleQuoted } from '../../lib/domain/shell.js'

describe('a word of a shell', () => {
  it.each(['plain', 'https://queue.invalid/1?a=b&c', "it's", '', '$HOME `id` "x" \\', 'two\nlines'])(
    '%j is read as it is',
    (text) => {
      const input = `printf %s. ${shellWord(text)} ${singleQuoted(text)}`
      expect(execFileSync('sh', { input, encoding: 'utf8' })).toBe(`${text}.${text}.`)
    },
  )

  it('has quotes only if it needs them', () => {
    expect(shellWord('arn:aws:sqs:eu-west-1:111122223333:requests')).toBe('arn:aws:sqs:eu-west-1:111122223333:requests')
    expect(shellWord('a b')).toBe("'a b'")
    expect(singleQuoted('plain')).toBe("'plain'")
  })
})
