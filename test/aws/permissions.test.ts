/** Least privilege at AWS: the table lists the calls of the code, no more and no less. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AWS_PERMISSIONS } from '../../lib/aws/permissions.js'

/** Creates the queues and topic of the embedded server, never those of AWS. */
const LOCAL = 'functions/local/queue-server.ts'
const folder = 'lib/aws'

const callsIn = (name: string): string[] => {
  const text = readFileSync(`${folder}/${name}`, 'utf8')
  const commands = [...text.matchAll(/new (\w+)Command\(/g)].map(([, call]) => call)
  const pages = [...text.matchAll(/\bpaginate(\w+)\(/g)].map(([, call]) => call)
  const signed = [...text.matchAll(/\baction: '([A-Z]\w+)'/g)].map(([, call]) => call)
  return [...commands, ...pages, ...signed].map((call) => `${call} in ${name}`)
}

describe('the table of AWS permissions', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

  it('names every call in the code, with its file, and no other', () => {
    const inCode = files.flatMap(callsIn)
    const inTable = AWS_PERMISSIONS.map(({ call, in: file }) => `${call} in ${file}`)
    expect([...new Set(inTable)].sort()).toEqual([...new Set(inCode)].sort())
  })

  it('is complete: no command is sent from outside lib/aws', () => {
    const elsewhere = ['lib', 'functions'].flatMap((top) =>
      readdirSync(top, { recursive: true, encoding: 'utf8' })
        .map((name) => `${top}/${name}`)
        .filter((path) => path.endsWith('.ts') && path !== LOCAL && !path.startsWith(`${folder}/`))
        .filter((path) => /new \w+Command\(|\bpaginate[A-Z]\w+\(/.test(readFileSync(path, 'utf8'))),
    )
    expect(elsewhere).toEqual([])
  })
})
