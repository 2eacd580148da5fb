/**
 * The first file of a bundle: loads its parts, each with the code cache that lies beside it for this version of V8. Without
 * one, or where it is refused, the part is compiled, which takes longer and does the same.
 */
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')
const join = require('./join.cjs')
const { CACHE, open } = require('./sealed-cache.cjs')

const modules = {}

function find(name) {
  if (!modules[name]) Object.assign(modules, compile(`${__dirname}/${name.slice(2)}`))
  return modules[name]
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

module.exports = join(find)
