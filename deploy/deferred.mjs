/**
 * An esbuild plugin: what a package requires at its top, and a common call never uses, becomes a part of the bundle that is
 * loaded by its first use.
 */
import { resolve } from 'node:path'

const DEFER = resolve('deploy/defer.cjs')
const partOf = (name) => `later-${name.replace(/\W+/g, '-').replace(/^-/, '')}`
const PART = /^\.\/later-[\w-]+\.cjs$/

/** The entry points that hold the deferred modules. `table`: a package, and which of its dependencies it puts off. */
export const deferredEntries = (table) =>
  Object.entries(table).flatMap(([owner, names]) =>
    names.map((name) => ({ in: `later:${owner}:${name}`, out: partOf(name) })),
  )

/** @returns {import('esbuild').Plugin} */
export const deferredModules = (table) => ({
  name: 'deferred',
  setup(build) {
    const ownerOf = (file) => Object.keys(table).find((name) => file.includes(`/node_modules/${name}/`))
    build.onResolve({ filter: /^[@\w]/ }, ({ path, importer, namespace, kind }) => {
      if (namespace !== 'file' || kind !== 'require-call' || !table[ownerOf(importer)]?.includes(path)) return undefined
      return { path, namespace: 'deferred' }
    })
    build.onLoad({ filter: /.*/, namespace: 'deferred' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(DEFER)})(() => require('./${partOf(path)}.cjs').default)`,
      resolveDir: resolve('.'),
    }))
    build.onResolve({ filter: PART }, ({ path }) => ({ path, external: true }))

    build.onResolve({ filter: /^later:/ }, ({ path }) => ({ path: path.slice('later:'.length), namespace: 'later' }))
    build.onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => {
      const [owner, name] = path.split(':')
      return { contents: `module.exports = require('${name}')`, resolveDir: resolve('node_modules', owner) }
    })
  },
})
