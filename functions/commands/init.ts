/** `cen-attach init` */
import { existsSync, writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { grantRoleCommands, setupCommands } from '../../lib/deployment/alibaba-setup.js'
import {
  parametersPath,
  parametersText,
  policyPath,
  policyText,
  type StageFacts,
} from '../../lib/deployment/stage-files.js'
import type { InitOptions } from '../init/questions.js'
import { print, printJson, UsageError } from '../terminal/print.js'

interface CommandOptions extends InitOptions {
  readonly yes?: boolean
  readonly json?: boolean
  readonly force?: boolean
}

const EXAMPLES = `
Examples:
  cen-attach init prod
  cen-attach init prod --region eu-west-1 --cen cen-7qthudw0ll6jmxabcd --producer vending=bus --yes

It reads only: who you are at AWS (sts:GetCallerIdentity), the issuer of the account's tokens (sts:GetWebIdentityToken) and the
certificate of that issuer; at Alibaba your account and its CENs, with the credentials of the environment or of the aliyun CLI. What
cannot be found is asked for, or is an option. Then it writes deploy/STAGE.yml and deploy/STAGE.policy.json, and prints the commands
that remain at Alibaba.`

const many = (value: string, before: readonly string[] = []): readonly string[] => {
  if (value.trim() === '') throw new InvalidArgumentError('is empty.')
  return [...before, value.trim()]
}

export function addInit(program: Command): void {
  program
    .command('init <stage>')
    .description('write the files of a stage of the deployment to AWS, and print what remains to be done at Alibaba')
    .option('--region <region>', 'the AWS region; by default AWS_REGION')
    .option('--aws-account <id>', 'the AWS account; by default that of the credentials')
    .option('--sender <id>', 'who may attach, as SQS names a sender; by default the credentials themselves')
    .option('--alibaba-account <id>', 'the Alibaba account that owns the CENs; by default that of the credentials')
    .option('--cen <id>', 'a CEN that may be attached to; may be repeated; by default all of the account', many)
    .option(
      '--owner <id>',
      'an account that owns networks, cen-owner, or *; may be repeated (default: cen-owner)',
      many,
    )
    .option('--actions <actions>', 'what the sender may ask for: attach, or attach,detach (default: attach)')
    .option(
      '--producer <producer>',
      'NAME=bus, NAME=bus:ARN, NAME=topic:ARN, NAME=account:ID or NAME=role:ARN; may be repeated',
      many,
    )
    .option('--grant-role <name>', 'grant for the owners with this role of their accounts')
    .option('--alarm-topic <arn>', 'where alarms go')
    .option('--issuer <url>', "the issuer of the AWS account's tokens; by default as in a token of it")
    .option('--fingerprint <sha1>', "of the issuer's certificate authority; by default as its server sends it")
    .option('--force', 'replace the files of the stage')
    .option('--yes', 'ask nothing: take what is found')
    .option('--json', 'print JSON, ask nothing')
    .addHelpText('after', EXAMPLES)
    .action(init)
}

async function init(stage: string, { yes, json, force, ...options }: CommandOptions): Promise<void> {
  const files = [parametersPath(stage), policyPath(stage)]
  refuse(files, force)
  const { askOnTerminal, collectFacts } = await import('../init/questions.js')
  const terminal = !yes && !json && process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal() : undefined
  let facts: StageFacts
  try {
    facts = await collectFacts(stage, options, process.env, terminal?.ask)
  } finally {
    terminal?.close()
  }
  writeFileSync(parametersPath(stage), parametersText(facts))
  writeFileSync(policyPath(stage), policyText(facts))
  const commands = setupCommands(facts)
  const inOwnerAccounts = grantRoleCommands(facts)
  if (json) printJson({ ...facts, files, commands, inOwnerAccounts })
  else printNextSteps(facts, files, commands, inOwnerAccounts)
}

function refuse(files: readonly string[], force: boolean | undefined): void {
  if (!existsSync('serverless.yml') || !existsSync('deploy/example.yml'))
    throw new UsageError([
      'there is no serverless.yml here: init writes into a checkout of cen-attach, so run it there',
    ])
  const there = files.filter((file) => existsSync(file))
  if (there.length > 0 && !force)
    throw new UsageError(there.map((file) => `${file} is there already; --force replaces it`))
}

function printNextSteps(
  { stage, senderId, cenIds, awsAccount, region, alibabaAccount }: StageFacts,
  files: readonly string[],
  commands: readonly string[],
  inOwnerAccounts: readonly string[],
): void {
  print(`wrote ${files.join(' and ')}: AWS account ${awsAccount} in ${region}, Alibaba account ${alibabaAccount}`)
  print(`${senderId} may attach to ${cenIds.join(', ')}; everybody else may make dry runs`)
  print('\nAt Alibaba, in the account of the CENs (the first one once for an AWS account):\n')
  for (const command of commands) print(`${command}\n`)
  if (inOwnerAccounts.length > 0) print('In each account that owns networks:\n')
  for (const command of inOwnerAccounts) print(`${command}\n`)
  print(`Then: npm run deploy -- --stage ${stage}`)
}
