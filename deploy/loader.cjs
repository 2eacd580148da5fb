/**
 * The first file of a bundle: loads its parts, each with the code cache that lies beside it for this version of V8. Without
 * one, or where it is refused, the part is compiled, which takes longer and does the same.
 */
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')
const { CACHE, open } = require('./sealed-cache.cjs')

const modules = {}
const loaded = {}

function requirePart(name) {
  if (!name.startsWith('./')) return require(name)
  if (loaded[name]) return loaded[name].exports
  if (!modules[name]) Object.assign(modules, compile(`${__dirname}/${name.slice(2)}`))
  loaded[name] = { exports: {} }
  modules[name](loaded[name], loaded[name].exports, requirePart)
  return loaded[name].exports
}

function compile(filename) {
  const source = readFileSync(filename, 'latin1')
  return new Script(source, { filename, cachedData: cacheOf(filename, source) }).runInThisContext()
}

function cacheOf(filename, source) {
  try {
    return open(source, readFileSync(filename + CACHE))
  } catch {
    return undefined
  }
}

module.exports = requirePart('./main.cjs')
