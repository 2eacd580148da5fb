/** `npm run deploy -- --stage STAGE`, after the build: deploys the stage, and prints its settings and what to try next. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { settingsPath, settingsText } from './settings-file.js'
import { osls, print, readArguments } from './stage-arguments.js'

const OUTPUTS = '.serverless/outputs.json'

const { stage, region } = readArguments('deploy', [])
rmSync(OUTPUTS, { force: true })
const code = osls('deploy', { stage, ...(region !== undefined && { region }) })
if (code !== 0) process.exit(code)
const file = settingsPath(stage)
const text = settingsText(
  parse(readFileSync(`deploy/${stage}.yml`, 'utf8')).region,
  JSON.parse(readFileSync(OUTPUTS, 'utf8')),
)
writeFileSync(file, text)
print(`\n${text}
These settings are in ${file}. Next, with a network of yours in first.json (docs/deploy.md):

. ${file}
npx cen-attach submit first.json --dry-run --campaign look --watch
npx cen-attach submit first.json --campaign first --watch --report first.html`)
