/** A plugin of the packager: puts the function of Function Compute beside that of Lambda, for whoever uploads it by hand (docs/function-compute.md). */
const { readFileSync, writeFileSync } = require('node:fs')
const { join, resolve } = require('node:path')
const { zipSync } = require('fflate')

module.exports = class FunctionZip {
  constructor(serverless, options) {
    const folder = resolve(serverless.serviceDir, options.package ?? '.serverless')
    this.hooks = {
      'after:package:finalize': () => writeFileSync(join(folder, 'cen-attach-fc.zip'), zipped('dist/fc/index.js')),
    }
  }
}

/** The same bytes for the same code: no time of day in it. */
const zipped = (file) => zipSync({ 'index.js': readFileSync(file) }, { level: 9, mtime: '1980-01-01T00:00:00' })
