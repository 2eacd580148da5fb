/** `npm run remove -- --stage STAGE`: removes the stack and lists what is left; with `--all` it removes that, too, after asking. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { SQSClient } from '@aws-sdk/client-sqs'
import { parse } from 'yaml'
import { providerCommand, teardownCommands } from '../lib/deployment/alibaba-setup.js'
import { parametersPath, ramRoleName } from '../lib/deployment/stage-files.js'
import { deleteQueues, deleteSecret, findQueues, type LeftQueue } from './left-overs.js'
import { fail, osls, print, readArguments } from './stage-arguments.js'

const given = readArguments('remove')
const { stage } = given
/** The file of the stage, if this checkout has it. */
const parameters: { readonly region?: string; readonly settings?: Readonly<Record<string, string>> } = existsSync(
  parametersPath(stage),
)
  ? (parse(readFileSync(parametersPath(stage), 'utf8')) ?? {})
  : {}
const region = given.region ?? parameters.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
if (!region) fail(`in which region? There is no ${parametersPath(stage)}, no --region, and AWS_REGION is not set`)
const { ALIBABA_CLOUD_CREDENTIALS_SECRET: secret, ALIBABA_CLOUD_ROLE_ARN: role } = parameters.settings ?? {}
const roleName = role?.split(':role/')[1] ?? ramRoleName(stage)

const sqs = new SQSClient({ region })
if (given.all) await confirm(await findQueues(sqs, stage))
const { code: ended, output } = await osls('remove', { stage, region })
// Of a stack that is gone already, the rest may still be there.
const isGone = new RegExp(`cen-attach-${stage}'? does not exist`).test(output)
const code = isGone ? 0 : ended
const left = await findQueues(sqs, stage)
if (!given.all || code !== 0) listLeft(left)
else {
  await deleteQueues(sqs, left)
  print(`deleted ${left.length} queues`)
  if (secret !== undefined) {
    await deleteSecret(secret)
    print(`deleted ${secret}; AWS keeps it for 30 days`)
  }
  removeRole()
}
process.exit(code)

function listLeft(queues: readonly LeftQueue[]): void {
  print(`\nWhat is left of ${stage}:`)
  for (const { name, messages, is } of queues) print(`  queue ${name}: ${messages} ${is}`)
  if (secret !== undefined) print(`  secret ${secret}`)
  print(`  at Alibaba the role and the policy ${roleName}, and the OIDC provider, which other stages may use:`)
  for (const command of [...teardownCommands(roleName), providerCommand]) print(`    ${command}`)
  print(`\nnpm run remove -- --stage ${stage} --all removes queues${secret === undefined ? '' : ', secret'} and role.`)
}

/** Ends the process unless a person, or `--yes`, agrees. */
async function confirm(queues: readonly LeftQueue[]): Promise<void> {
  for (const { name, messages, is } of queues) print(`  queue ${name}: ${messages} ${is}`)
  print(
    `--all deletes the stack, these ${queues.length} queues with their messages${secret ? `, ${secret}` : ''} and the RAM role ${roleName}.`,
  )
  if (given.yes) return
  if (!process.stdin.isTTY) fail('nobody can be asked here: --yes agrees')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`Type ${stage} to delete them: `)
  terminal.close()
  if (answer.trim() !== stage) fail('nothing was removed', 1)
}

/** By the aliyun CLI, if it is here. */
function removeRole(): void {
  const isHere = spawnSync('aliyun', ['version']).status === 0
  for (const command of teardownCommands(roleName)) {
    print(command)
    const [program = '', ...args] = command.split(' ')
    if (isHere) spawnSync(program, args, { stdio: 'inherit' })
  }
  print(
    `${isHere ? '' : 'There is no aliyun here: run these where it is. '}If no other stage uses the OIDC provider:\n${providerCommand}`,
  )
}
