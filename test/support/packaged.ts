/** The template and the zip that `osls package` creates from the build, once for each run. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Packaged {
  readonly template: Template
  /** The path of the function's zip. */
  readonly zip: string
}

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation resources have too many shapes
  readonly Properties: Record<string, any>
  readonly UpdateReplacePolicy?: string
}

export interface Template {
  readonly Resources: Record<string, Resource>
  readonly Conditions: Record<string, unknown>
  readonly Outputs: Record<string, { readonly Value: unknown }>
}

/** Runs the packager; rejects with its output. */
export async function osls(...args: string[]): Promise<string> {
  const run = promisify(execFile)
  const { AWS_REGION: _, AWS_DEFAULT_REGION: _d, ...env } = process.env
  const { stdout } = await run('node_modules/.bin/osls', args, { env: { ...env, CI: 'true' } })
  return stdout
}

/** The stage that the tests package. Nobody's: its files are ignored by git, written for each run, and left. */
export const STAGE = 'fortest'
export const POLICY_FILE = `deploy/${STAGE}.policy.json`

/** One producer of each kind. */
export const PARAMETERS = {
  region: 'eu-west-1',
  producers: [
    { name: 'vending', bus: 'create', accounts: ['210987654321'] },
    { name: 'platform', bus: 'arn:aws:events:eu-west-1:210987654320:event-bus/network-requests' },
    { name: 'landing', topic: 'arn:aws:sns:eu-west-1:210987654322:landing-zone' },
    { name: 'spoke', account: '210987654323' },
    { name: 'pipeline', role: 'arn:aws:iam::210987654321:role/account-vending' },
  ],
  subscribers: ['210987654321'],
  alarmTopicArn: 'arn:aws:sns:eu-west-1:210987654320:oncall',
  policy: POLICY_FILE,
  settings: {
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1700000000000001:oidc-provider/aws',
    ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1700000000000001:role/cen-attach-fortest',
    CEN_OWNER_ID: '1700000000000001',
  },
  tags: { team: 'network' },
}
const EVERYBODY_MAY_LOOK = { id: 'look', senders: ['*'], cenIds: ['*'], ownerIds: ['*'], dryRunOnly: true }

/** Writes the files of the stage; the YAML of a JSON value is its JSON. */
export function writeStage(): void {
  writeFileSync(`deploy/${STAGE}.yml`, JSON.stringify(PARAMETERS))
  writeFileSync(POLICY_FILE, JSON.stringify({ version: 1, rules: [EVERYBODY_MAY_LOOK] }))
}

export async function packaged(): Promise<Packaged> {
  const folder = process.env.PACKAGED ?? ''
  const done = join(folder, 'done')
  if (isFirst(folder)) {
    writeStage()
    await osls('package', '--stage', STAGE, '--package', join(folder, 'out')).finally(() => writeFileSync(done, ''))
  }
  while (!existsSync(done)) await new Promise((resolve) => setTimeout(resolve, 50))
  const out = (name: string) => join(folder, 'out', name)
  return {
    template: JSON.parse(readFileSync(out('cloudformation-template-update-stack.json'), 'utf8')),
    zip: out('cen-attach.zip'),
  }
}

/** Only one process can create the folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'begun'))
    return true
  } catch {
    return false
  }
}
