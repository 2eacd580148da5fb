/**
 * Reads deploy/STAGE.yml for serverless.yml, by the code of the build; ends the packaging with every fault of it. Commands that
 * package nothing need neither build nor policy, only the region.
 */
const { existsSync, readFileSync } = require('node:fs')
const { parse } = require('yaml')

module.exports = async ({ options }) => {
  const { stage } = options
  if (stage === undefined) throw fault(['--stage STAGE is missing'])
  const file = `deploy/${stage}.yml`
  if (!PACKAGING.includes(process.argv[2])) return { ...NOTHING, region: options.region ?? regionOf(file) }
  if (!existsSync(file)) throw fault([`there is no ${file}; npx cen-attach init ${stage} writes it`])
  if (!existsSync('dist/deploy/parameters.js')) throw fault(['the build is missing: npm run build'])
  const { readDeployment } = await import('../dist/deploy/parameters.js')
  const reading = readDeployment(parsed(file), stage, (path) => readFileSync(path, 'utf8'), process.env)
  if (!reading.ok) throw fault(reading.faults.map((one) => `${file}: ${one}`))
  return reading.deployment
}

const PACKAGING = ['package', 'deploy', 'print']

/** A deployment with nothing in it. */
const NOTHING = {
  alarmActions: [],
  resultTopicStatements: [],
  concurrencyAtCap: 2,
  events: [],
  requestQueues: {},
  deadLetterStatements: [],
  redriveSources: [],
  dashboard: { alarms: '', metrics: '' },
  environment: {},
  packaged: 'dist/lambda/**',
  statements: [],
  tags: {},
}

function regionOf(file) {
  const region = (existsSync(file) && parsed(file)?.region) || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION
  if (region) return region
  throw fault([`in which region? There is no ${file}, no --region, and AWS_REGION is not set`])
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
