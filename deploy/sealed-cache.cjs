/**
 * A code cache, sealed: V8 looks at its own version and flags, and at the length of the source, but neither at the source's
 * text nor at damage, and would run what it finds.
 */
const { createHash } = require('node:crypto')

/** The end of a cache's name: V8's version and the processor. A cache of others is not even opened. */
const CACHE = `.${process.versions.v8}-${process.arch}.cache`
const SEAL_BYTES = 32

const sealOf = (text, cache) => createHash('sha256').update(text).update(cache).digest()

const seal = (text, cache) => Buffer.concat([sealOf(text, cache), cache])

/** The cache of this source, or undefined where it is another's, or damaged. */
function open(text, sealed) {
  const cache = sealed.subarray(SEAL_BYTES)
  return sealOf(text, cache).equals(sealed.subarray(0, SEAL_BYTES)) ? cache : undefined
}

module.exports = { CACHE, seal, open }
