/** A plugin of the packager: keeps the outputs of the stack, as `osls deploy` and `osls info` read them, for deploy/deploy.ts. */
const { mkdirSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

module.exports = class StackOutputs {
  constructor(serverless) {
    const folder = join(serverless.serviceDir, '.serverless')
    this.hooks = {
      'after:aws:info:gatherData': () => {
        const info = serverless.pluginManager.plugins.find(({ gatheredData }) => gatheredData)
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, 'outputs.json'), JSON.stringify(info?.gatheredData.outputs ?? []))
      },
    }
  }
}
