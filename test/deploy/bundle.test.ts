/** What a cold start loads, and how large the upload is: by what was built, not by the clock. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { zipSizeBytes } from '../../bench/cold-start.js'

interface Meta {
  readonly eager: readonly string[]
  readonly outputs: Readonly<
    Record<string, { readonly bytes: number; readonly inputs: Readonly<Record<string, object>> }>
  >
}

const metaOf = (door: string): Meta => JSON.parse(readFileSync(`dist/${door}.meta.json`, 'utf8'))

/** Packages and own files of these outputs. */
const contents = ({ outputs }: Meta, chosen: (output: string) => boolean): string[] => {
  const inputs = Object.entries(outputs).flatMap(([name, { inputs }]) => (chosen(name) ? Object.keys(inputs) : []))
  return [...new Set(inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path))]
}

/** Not needed by a first message, whatever its settings. */
const NEVER_AT_ONCE = [
  '@alicloud/credentials',
  '@alicloud/fc2',
  '@alicloud/gateway-spi',
  '@aws-sdk/client-sns',
  '@aws-sdk/client-sts',
  '@aws-sdk/credential-provider-sso',
  'https-proxy-agent',
  'lodash',
  'moment',
  'socks-proxy-agent',
  'thread-stream',
  'ws',
  'xml2js',
]

describe.each(['lambda', 'fc'])('the bundle of %s', (door) => {
  const meta = metaOf(door)
  const atOnce = contents(meta, (output) => meta.eager.includes(output))

  it('loads at once nothing that a first message does not use', () => {
    expect(atOnce).toContain('@alicloud/openapi-core')
    expect(atOnce.filter((name) => NEVER_AT_ONCE.includes(name) || /opentelemetry|otlp/i.test(name))).toEqual([])
  })

  it('has all of it that is ever used in parts of their own', () => {
    const later = contents(meta, (output) => !meta.eager.includes(output))
    const used = door === 'lambda' ? NEVER_AT_ONCE : ['@alicloud/credentials', 'lodash', 'xml2js']
    expect(later).toEqual(expect.arrayContaining(used))
  })

  it('is under 700 KiB as a zip', () => {
    expect(zipSizeBytes(`dist/${door}`) / 1_024).toBeLessThan(700)
  })
})

describe('the bundle of lambda', () => {
  it('loads at once no more than half a megabyte', () => {
    const { eager, outputs } = metaOf('lambda')
    const bytes = eager.reduce((sum, name) => sum + (outputs[name]?.bytes ?? 0), 0)
    expect(bytes / 1_024).toBeLessThan(520)
  })
})
