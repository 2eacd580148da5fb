/** The deployment of the function: docs/deploy/s.yaml against what the fc3 component takes, and against the code that it deploys. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { RAM_FILES } from '../../docs/generate/permissions.js'
import { MAX_INVOCATION_MS } from '../../lib/alibaba/function/remote-calls.js'
import { readFunctionConfig } from '../../lib/config/function-compute.js'

const FILE = 'docs/deploy/s.yaml'
const text = readFileSync(FILE, 'utf8')

/** What fc3 takes for a function with a managed runtime, as its own schema has it (devsapp/fc3, src/schema.json). */
const Props = v.strictObject({
  region: v.string(),
  functionName: v.pipe(v.string(), v.regex(/^[A-Za-z_][\w-]{0,127}$/)),
  description: v.string(),
  runtime: v.picklist(['nodejs18', 'nodejs20']),
  handler: v.pipe(v.string(), v.regex(/^\w+\.\w+$/)),
  code: v.string(),
  role: v.pipe(v.string(), v.regex(/^acs:ram::.+:role\/[\w-]+$/)),
  cpu: v.pipe(v.number(), v.minValue(0.05), v.maxValue(16)),
  memorySize: v.pipe(v.number(), v.multipleOf(64), v.minValue(128), v.maxValue(32_768)),
  diskSize: v.picklist([512, 10_240]),
  timeout: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400)),
  instanceConcurrency: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  internetAccess: v.boolean(),
  environmentVariables: v.record(v.string(), v.string()),
})
const Spec = v.strictObject({
  edition: v.literal('3.0.0'),
  name: v.string(),
  access: v.string(),
  vars: v.record(v.string(), v.string()),
  resources: v.strictObject({ attacher: v.strictObject({ component: v.literal('fc3'), props: Props }) }),
})
const spec = v.parse(Spec, parse(text))
const { props } = spec.resources.attacher

describe('docs/deploy/s.yaml', () => {
  it('says nothing that the component does not take', () => {
    const wrong = { ...parse(text), resources: { attacher: { component: 'fc3', props: { ...props, memory: 512 } } } }
    expect(v.safeParse(Spec, wrong).success).toBe(false)
  })

  it('names variables only that are there, and environment variables that its head explains', () => {
    const used = [...text.matchAll(/\$\{vars\.(\w+)\}/g)].map(([, name]) => name)
    expect([...new Set(used)].sort()).toEqual(Object.keys(spec.vars).sort())
    const others = text.replace(/\$\{(?:vars\.\w+|env\('[A-Z_]+'(?:, '[^']*')?\))\}/g, '')
    expect(others).not.toContain('${')
  })

  it('keeps memory and CPU in a ratio that Function Compute takes, 1:1 to 4:1', () => {
    const ratio = props.memorySize / 1_024 / props.cpu
    expect(ratio).toBeGreaterThanOrEqual(1)
    expect(ratio).toBeLessThanOrEqual(4)
    expect(Math.round(props.cpu * 100) % 5).toBe(0)
  })

  it('deploys the bundle that is built and tested: one small file without a word of AWS', () => {
    const folder = resolve(dirname(FILE), props.code)
    expect(folder).toBe(resolve('dist/fc'))
    const [file, method] = props.handler.split('.')
    const bundle = readFileSync(resolve(folder, `${file}.js`))
    expect(method).toBe('handler')
    expect(bundle.includes('aws-sdk')).toBe(false)
    expect(gzipSync(bundle).length).toBeLessThan(256 * 1_024)
  })

  it('lets the function live longer than the worker waits for it', () => {
    expect(props.timeout * 1_000).toBeGreaterThan(MAX_INVOCATION_MS)
  })

  it('sets what the function reads, nothing that is a secret, and values that it takes', () => {
    const named = Object.keys(props.environmentVariables)
    const source = ['lib/config/alibaba.ts', 'lib/config/function-compute.ts']
      .map((path) => readFileSync(path, 'utf8'))
      .join()
    expect(named.filter((name) => !source.includes(`'${name}'`))).toEqual([])
    expect(text).not.toMatch(/SECRET|ACCESS_KEY|TOKEN/)
    const settled = Object.fromEntries(
      Object.entries(props.environmentVariables).map(([name, value]) => [name, value.replace(/\$\{.*\}/, '')]),
    )
    expect(readFunctionConfig(settled).faults).toEqual([])
  })

  it('gives it the role, and the worker the policy, that the docs set up', () => {
    const docs = readFileSync('docs/function-compute.md', 'utf8')
    const [, role = ''] = props.role.split(':role/')
    for (const word of [
      role,
      props.functionName,
      'function-role-trust.json',
      'worker-policy.json',
      'invoke-function-policy.json',
    ])
      expect(docs).toContain(word)
    const [statement] = (RAM_FILES['invoke-function-policy.json'] as { Statement: [object] }).Statement
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'fc:InvokeFunction',
      Resource: [`acs:fc:REGION:ACCOUNT:functions/${props.functionName}`],
    })
  })
})
