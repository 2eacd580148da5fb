/** Reads deploy/STAGE.yml for serverless.yml, by the code of the build; ends the packaging with every fault of it. */
const { existsSync, readFileSync } = require('node:fs')
const { parse } = require('yaml')

module.exports = async ({ options }) => {
  const stage = options.stage ?? 'example'
  const file = `deploy/${stage}.yml`
  if (!existsSync(file)) throw fault([`there is no ${file}; deploy/example.yml is one to copy`])
  if (!existsSync('dist/deploy/parameters.js')) throw fault(['the build is missing: npm run build'])
  const { readDeployment } = await import('../dist/deploy/parameters.js')
  const reading = readDeployment(parsed(file), stage, (path) => readFileSync(path, 'utf8'))
  if (!reading.ok) throw fault(reading.faults.map((one) => `${file}: ${one}`))
  return reading.deployment
}

function parsed(file) {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw fault([`${file}: ${error.message}`])
  }
}

/** Without a stack: the faults are the user's, not the code's. */
function fault(faults) {
  const error = new Error(faults.join('\n'))
  error.stack = `\n  ${faults.join('\n  ')}`
  return error
}
