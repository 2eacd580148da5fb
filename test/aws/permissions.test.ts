/** Least privilege at AWS: the table is what the code calls, no more and no less. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AWS_PERMISSIONS } from '../../lib/aws/permissions.js'

/** Makes queues and topic of the embedded server, never those of AWS. */
const LOCAL = ['queue-setup.ts', 'queue-server.ts']
const folder = 'lib/aws'

const callsIn = (name: string): string[] => {
  const text = readFileSync(`${folder}/${name}`, 'utf8')
  const commands = [...text.matchAll(/new (\w+)Command\(/g)].map(([, call]) => call)
  const pages = [...text.matchAll(/\bpaginate(\w+)\(/g)].map(([, call]) => call)
  return [...commands, ...pages].map((call) => `${call} in ${name}`)
}

describe('the permissions at AWS', () => {
  const files = readdirSync(folder).filter((name) => !LOCAL.includes(name))

  it('name every call that stands in the code, with its file, and no other', () => {
    const inCode = files.flatMap(callsIn)
    const inTable = AWS_PERMISSIONS.map(({ call, in: file }) => `${call} in ${file}`)
    expect([...new Set(inTable)].sort()).toEqual([...new Set(inCode)].sort())
  })

  it('are all there is: commands are sent from nowhere else', () => {
    const elsewhere = ['lib', 'functions'].flatMap((top) =>
      readdirSync(top, { recursive: true, encoding: 'utf8' })
        .map((name) => `${top}/${name}`)
        .filter((path) => path.endsWith('.ts') && !path.startsWith(`${folder}/`))
        .filter((path) => /new \w+Command\(|\bpaginate[A-Z]\w+\(/.test(readFileSync(path, 'utf8'))),
    )
    expect(elsewhere).toEqual([])
  })
})
