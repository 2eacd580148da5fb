/** What a cold start loads, and how large the upload is: by what was built, not by the clock. */
import { readFileSync } from 'node:fs'
import type { Metafile } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { zipSizeBytes } from '../../bench/cold-start.js'

const { outputs }: Metafile = JSON.parse(readFileSync('dist/lambda.meta.json', 'utf8'))

/** The files that are loaded together with this one. */
function loadedWith(output: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(output)) return loaded
  loaded.add(output)
  for (const { kind, external, path } of outputs[output]?.imports ?? [])
    if (kind === 'import-statement' && !external) loadedWith(path, loaded)
  return loaded
}

/** Packages and own files in these outputs. */
const contentsOf = (chosen: readonly string[]): string[] => {
  const inputs = chosen.flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}))
  return [...new Set(inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path))]
}

/** Alibaba's core is loaded by the first call, the others by a first result or if a setting asks for them. */
const LOADED_LATER = [
  '@alicloud/credentials',
  '@alicloud/fc2',
  '@alicloud/openapi-core',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-sns',
  '@aws-sdk/client-sts',
  '@aws-sdk/credential-provider-sso',
  '@darabonba/typescript',
  '@opentelemetry/sdk-trace-base',
]

describe('the Lambda bundle', () => {
  const eager = [...loadedWith('dist/lambda/aws-lambda.mjs')]
  const later = Object.keys(outputs).filter((name) => !eager.includes(name))

  it('loads nothing at the start that the handler does not need', () => {
    const atStart = contentsOf(eager)
    expect(atStart).toContain('@aws-sdk/client-sqs')
    expect(atStart.filter((name) => LOADED_LATER.includes(name) || /opentelemetry|otlp/i.test(name))).toEqual([])
  })

  it('has everything that is ever used in files of its own', () => {
    expect(contentsOf(later)).toEqual(expect.arrayContaining(LOADED_LATER))
  })

  it('loads at most 500 KiB at the start', () => {
    const bytes = eager.reduce((sum, name) => sum + (outputs[name]?.bytes ?? 0), 0)
    expect(bytes / 1_024).toBeLessThan(500)
  })

  it('is under 700 KiB as a zip', () => {
    expect(zipSizeBytes('dist/lambda') / 1_024).toBeLessThan(700)
  })
})

describe('the bundle of Function Compute', () => {
  it('is one file, under 300 KiB as a zip', () => {
    expect(zipSizeBytes('dist/fc') / 1_024).toBeLessThan(300)
  })
})
