/** Bundles a door into parts: one that a cold start loads whole, and one for every `import()`, loaded when it is called. */
import { build, transform } from 'esbuild'
import { deferredEntries, deferredModules } from './deferred.mjs'

export const SYNTAX = { platform: 'node', target: 'node20', minify: true, logLevel: 'warning' }

/**
 * esbuild splits ES modules only, and only CommonJS has a code cache: it is split as the one and written as the other.
 * Resolves to the parts, each a file whose text is an object of modules, and to what they are made of.
 * @param {{ entry: string, alias?: Record<string, string>, defer?: Record<string, string[]> }} door
 * @returns {Promise<{ parts: { file: string, text: string }[], metafile: import('esbuild').Metafile, eager: string[] }>}
 */
export async function bundleParts({ entry, alias = {}, defer = {} }) {
  const { outputFiles, metafile } = await build({
    ...SYNTAX,
    entryPoints: [{ in: entry, out: 'main' }, ...deferredEntries(defer)],
    plugins: [deferredModules(defer)],
    alias,
    bundle: true,
    splitting: true,
    format: 'esm',
    mainFields: ['module', 'main'],
    outdir: '.',
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    metafile: true,
    write: false,
  })
  const texts = await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, { ...SYNTAX, format: 'cjs', supported: { 'dynamic-import': false } })
      return [path.slice(path.lastIndexOf('/') + 1), code]
    }),
  )
  const eager = importedBy('main.cjs', metafile)
  const modules = (chosen) => `({${chosen.map(([name, code]) => `"./${name}":${wrap(code)}`).join(',\n')}})\n`
  const lazy = texts.filter(([name]) => !eager.includes(name))
  const main = { file: 'main.cjs', text: modules(texts.filter(([name]) => eager.includes(name))) }
  return { parts: [main, ...lazy.map((part) => ({ file: part[0], text: modules([part]) }))], metafile, eager }
}

// In brackets: V8 compiles at once what it is going to run at once.
const wrap = (code) => `(function(module,exports,require){${code}})`

/** The outputs that are loaded together with this one. */
function importedBy(output, { outputs }, seen = []) {
  if (seen.includes(output)) return seen
  seen.push(output)
  for (const { kind, external, path } of outputs[output].imports)
    if (kind === 'import-statement' && !external) importedBy(path, { outputs }, seen)
  return seen
}
