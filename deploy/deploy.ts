/** `npm run deploy -- --stage STAGE`, after the build: deploys the stage, and prints its settings and what to try next. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type StackOutput, settingsPath, settingsText } from './settings-file.js'
import { fail, osls, print, readArguments } from './stage-arguments.js'

const OUTPUTS = '.serverless/outputs.json'

const { stage } = readArguments('deploy')
rmSync(OUTPUTS, { force: true })
const { code } = await osls('deploy', { stage })
if (code !== 0) process.exit(code)
const outputs: StackOutput[] = JSON.parse(readFileSync(OUTPUTS, 'utf8'))
if (outputs.length === 0)
  fail(`the stack is deployed, but AWS names no outputs of it: npx osls info --stage ${stage} --verbose`, 1)
const file = settingsPath(stage)
const text = settingsText(parse(readFileSync(`deploy/${stage}.yml`, 'utf8')).region, outputs)
writeFileSync(file, text)
print(`\n${text}
These settings are in ${file}. Next, with a network of yours in first.json (docs/deploy.md):

. ${file}
npx cen-attach submit first.json --dry-run --campaign look --watch
npx cen-attach submit first.json --campaign first --watch --report first.html`)
