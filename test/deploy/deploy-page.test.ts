/** docs/deploy.md: its commands are ones that their programs take, and what it names of the template is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { Command } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { settingName } from '../../deploy/settings-file.js'
import { OPTIONS, parseArguments } from '../../deploy/stage-arguments.js'
import { setupCommands } from '../../lib/deployment/alibaba-setup.js'
import { faultsOfCommand } from '../support/aliyun-grammar.js'
import { packaged } from '../support/packaged.js'

const page = readFileSync('docs/deploy.md', 'utf8')
const [guide = '', teardown = ''] = page
  .split(/^## (?:What comes with it|Take it down)$/m)
  .filter((_, index) => index !== 1)
/** The blocks of a language; a fence also ends a block, so all of them are read in order. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, of, block = '']) =>
    of === language ? [block.trim()] : [],
  )
/** What `init` prints to be pasted. */
const printed = (text: string) =>
  blocks(text, '').flatMap((block) => block.split('\n').filter((line) => line.startsWith('aliyun ')))

/** The words of a command, as a shell splits them. */
const wordsOf = (command: string): string[] =>
  (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'))

/** The options of the AWS CLI (2.32) that the commands of our pages use. */
const AWS: Readonly<Record<string, readonly string[]>> = {
  'iam enable-outbound-web-identity-federation': [],
  'iam disable-outbound-web-identity-federation': [],
}
const BUILTINS = ['.', 'echo']
const require = createRequire(import.meta.url)

let program: Command
beforeAll(async () => {
  program = new Command('cen-attach').exitOverride()
  const folder = 'functions/commands'
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  // In the order in which the entry point adds them: list.ts makes the command dlq.
  for (const file of files.sort((a, b) => Number(basename(b) === 'list.ts') - Number(basename(a) === 'list.ts'))) {
    const exported = (await import(join('../..', folder, file))) as Record<string, unknown>
    for (const [name, add] of Object.entries(exported))
      if (/^add[A-Z]/.test(name)) (add as (to: Command) => void)(program)
  }
  const silence = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined })
    if (command.commands.length === 0) command.action(() => undefined)
    command.commands.forEach(silence)
  }
  program.commands.forEach(silence)
})

/** Why the program of a command would not take it. */
async function faultsOf(command: string): Promise<string[]> {
  const [name = '', ...args] = wordsOf(command)
  if (BUILTINS.includes(name)) return []
  if (name === 'aliyun') return faultsOfCommand(command.replace(/'[^']*'/g, 'X'))
  if (name === 'aws') {
    const options = AWS[args.slice(0, 2).join(' ')]
    return options === undefined
      ? [`${command}: unknown`]
      : args.slice(2).filter((word) => word.startsWith('--') && !options.includes(word))
  }
  try {
    if (name === 'npm') return npmFaults(args)
    if (name === 'npx' && args[0] === 'osls') return oslsFaults(args.slice(1))
    if (name === 'npx' && args[0] === 'cen-attach') await program.parseAsync(args.slice(1), { from: 'user' })
    else return [`${name} is no program of the guide`]
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

function npmFaults([verb = '', script = '', dashes, ...args]: readonly string[]): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  if (verb === 'ci') return script === '' ? [] : [`npm ci takes no ${script}`]
  if (verb !== 'run' || !Object.hasOwn(scripts, script)) return [`no script ${script}`]
  if (Object.hasOwn(OPTIONS, script)) parseArguments(script as keyof typeof OPTIONS, args)
  else if (args.length > 0) return [`${script} takes no arguments`]
  return args.length > 0 && dashes !== '--' ? ['npm takes the arguments without -- for itself'] : []
}

function oslsFaults([verb = '', ...args]: readonly string[]): string[] {
  const schema: Map<
    string,
    { options: Record<string, object> }
  > = require('serverless/lib/cli/commands-schema/aws-service')
  const options = schema.get(verb)?.options
  if (options === undefined) return [`osls has no command ${verb}`]
  return args.filter((word) => word.startsWith('--') && !Object.hasOwn(options, word.slice(2)))
}

const commands = [...blocks(page, 'sh'), ...printed(page)]

describe('a command of docs/deploy.md', () => {
  it('is one of at most fifteen from two empty accounts to the first report', () => {
    expect([...blocks(guide, 'sh'), ...printed(guide)].length).toBeLessThanOrEqual(15)
    expect(blocks(teardown, 'sh').length).toBeGreaterThan(2)
  })

  it.each(commands)('%s: stands alone, is complete, and is taken by its program', async (command) => {
    expect(command.split('\n')).toHaveLength(1)
    expect(command).not.toMatch(/(?:^|\s)#|<\w|\bNone\b|\$\(/)
    // What is abbreviated here is printed in full by init.
    if (!command.startsWith('aliyun ram Create')) expect(command).not.toContain('…')
    expect(await faultsOf(command)).toEqual([])
  })

  it.each([
    'npm run deploy --stage prod',
    'npm run deploy -- --stage',
    'npm run remove -- --stage prod --force',
    'npm run ship',
    'npx cen-attach init',
    'npx cen-attach submit first.json --dryrun',
    'npx cen-attach submit',
    'npx cen-attach begin',
    'npx osls deploy --stag prod',
    'npx osls ship',
    'aws iam enable-outbound-web-identity-federation --yes',
    'aws iam list-roles',
    'aliyun ram CreateRole --Name x',
    'terraform apply',
  ])('is found out if it is wrong: %s', async (command) => {
    expect(await faultsOf(command)).not.toEqual([])
  })

  it('of Alibaba is what init prints', () => {
    const facts = {
      stage: 'prod',
      region: 'eu-west-1',
      awsAccount: '210987654321',
      partition: 'aws',
      senderId: 'AROA7HUGESPLITEAGLE01:jo',
      alibabaAccount: '1700000000000001',
      cenIds: [],
      ownerIds: [],
      actions: [],
      producers: [],
      issuer: 'https://a1b2c3d4.tokens.sts.global.api.aws',
      fingerprint: '5ED5807A2CB52AA7A9EAFB2756EDCB230B4E6640',
    }
    expect(printed(guide)).toEqual(setupCommands(facts).map((command) => command.replace(/'\{.*\}'/, "'{…}'")))
  })
})

describe('every page', () => {
  it('calls osls as it can be called', () => {
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md'))
    const calls = pages.flatMap((name) =>
      [...readFileSync(join('docs', name), 'utf8').matchAll(/npx (osls [^`#\n]*)/g)].map(([, call = '']) =>
        call.trim(),
      ),
    )
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.flatMap((call) => oslsFaults(wordsOf(call).slice(1)))).toEqual([])
  })
})

describe('docs/deploy.md', () => {
  it('links to what is there', () => {
    const links = [...page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, file = '']) => join('docs', file))
    expect(links.length).toBeGreaterThan(8)
    expect(links.filter((file) => !existsSync(file))).toEqual([])
  })

  it('names outputs, alarms and numbers of the template', async () => {
    const { Resources, Outputs } = (await packaged()).template
    const settings = Object.keys(Outputs).map(settingName)
    const pages = page + readFileSync('docs/account-vending.md', 'utf8')
    const named = [...pages.matchAll(/\b[A-Z_]+_(?:URL|ARN)\b/g)].map(([name]) => name.replace('FACTORY', 'PIPELINE'))
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((name) => !settings.includes(name))).toEqual([])
    const alarms = Object.values(Resources).flatMap(({ Properties }) => Properties.AlarmName ?? [])
    const shortOf = (name: string) => name.replace('cen-attach-fortest-', '').replace(/-from-\w+$/, '')
    expect(alarms.filter((name) => !page.includes(`\`${shortOf(name)}\``))).toEqual([])
    const { MaximumMessageSize, VisibilityTimeout } = Resources.RequestQueue?.Properties ?? {}
    const { MemorySize, Timeout } = Resources.AttachLambdaFunction?.Properties ?? {}
    expect(page).toContain(
      `${MaximumMessageSize.toLocaleString('en')} bytes a message, visibility ${VisibilityTimeout} s`,
    )
    expect(page).toContain(`${MemorySize} MB, ${Timeout} s`)
  })
})
