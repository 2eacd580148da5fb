/**
 * Bundles the doors that are uploaded: `node deploy/bundle.mjs lambda|fc … [--cache]`. A code cache serves one version of V8
 * on one processor, so it is made where the door's runtime is the one that runs this, or where it is asked for.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { bundleParts, SYNTAX } from './parts.mjs'

/** What these packages require at their top and a call of ours does not use, or only where a setting asks for it. */
const LATER = {
  '@darabonba/typescript': [
    'lodash',
    'moment',
    'ws',
    'xml2js',
    'https-proxy-agent',
    'http-proxy-agent',
    'socks-proxy-agent',
  ],
  '@alicloud/openapi-core': ['@alicloud/credentials', '@alicloud/gateway-spi'],
  pino: ['thread-stream'],
}

/** Stands for what `@alicloud/fc2` needs to upload code; we only invoke. */
const UNUSED = './deploy/fc2-unused.cjs'

const DOORS = {
  lambda: {
    entry: 'functions/aws-lambda.ts',
    first: 'aws-lambda.cjs',
    alias: { 'ali-oss': UNUSED, axios: UNUSED },
    defer: LATER,
    /** As serverless.yml has it. */
    runtime: { node: '22', arch: 'arm64' },
  },
  /** One file, as its consoles and deployments take it: the parts are read together, and run when they are needed. */
  fc: { entry: 'functions/alibaba-fc.ts', first: 'index.js', defer: LATER, isOneFile: true },
}

const isHere = ({ node, arch }) => process.versions.node.split('.')[0] === node && process.arch === arch

/** All parts, and what joins them. */
const joined = (parts) => `
  const modules = Object.assign(${parts.map(({ text }) => text).join(',')})
  module.exports = require('./join.cjs')((name) => modules[name])`

async function bundle(name, withCache) {
  const { first, runtime, isOneFile, ...door } = DOORS[name]
  const outdir = `dist/${name}`
  const { parts, metafile, eager } = await bundleParts(door)
  rmSync(outdir, { recursive: true, force: true })
  mkdirSync(outdir, { recursive: true })
  const whole = { ...SYNTAX, bundle: true, format: 'cjs', outfile: `${outdir}/${first}` }
  if (isOneFile) await build({ ...whole, stdin: { contents: joined(parts), resolveDir: 'deploy' } })
  else {
    for (const { file, text } of parts) writeFileSync(`${outdir}/${file}`, text)
    await build({ ...whole, entryPoints: ['deploy/loader.cjs'] })
  }
  // Beside the folder, which is uploaded as it is.
  writeFileSync(`${outdir}.meta.json`, JSON.stringify({ eager, outputs: metafile.outputs }))
  if (runtime && (withCache || isHere(runtime)))
    execFileSync(process.execPath, ['deploy/code-cache.cjs', `${outdir}/${first}`], { stdio: 'inherit' })
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { cache: { type: 'boolean' } } })
for (const name of positionals) await bundle(name, values.cache)
