/** `npm run deploy` and `npm run remove`: what they print, and what remove finds, leaves and deletes; a stand-in for osls on the PATH. */
import { execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kindOf } from '../../deploy/left-overs.js'
import { settingsText } from '../../deploy/settings-file.js'
import { awsConnectionOf } from '../../functions/compose/aws.js'
import { type QueueServer, startQueueServer } from '../../functions/local/queue-server.js'
import { openFeed } from '../../lib/aws/campaign-feed.js'
import { createAwsClients } from '../../lib/aws/clients.js'

const QUEUES = ['requests', 'dead-letters', 'results', 'undelivered', 'from-vending']
let server: QueueServer
let env: Record<string, string>
beforeAll(async () => {
  server = await startQueueServer()
  env = {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
})
afterAll(() => server.stop())

/** The queues of a removed stage, one request, and a feed of a campaign that was not closed. */
async function leaveBehind(stage: string) {
  const { sqs, sns } = createAwsClients(awsConnectionOf(env))
  for (const name of QUEUES) await sqs.send(new CreateQueueCommand({ QueueName: `cen-attach-${stage}-${name}` }))
  const [url] =
    (await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `cen-attach-${stage}-requests` }))).QueueUrls ?? []
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'waiting' }))
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `cen-attach-${stage}-results` }))
  await openFeed({ sqs, sns }, `cen-attach-wave-${stage}`, TopicArn, 'wave')
  return async () =>
    ((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'cen-attach-' }))).QueueUrls ?? []).filter((one) =>
      one.includes(stage),
    )
}

/** Runs a built script of deploy/ in a folder of its own; `npx` is a stand-in that prints and ends like osls. */
function script(name: string, args: readonly string[], npx: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-stage-'))
  mkdirSync(join(folder, 'deploy'))
  writeFileSync(join(folder, 'deploy/prod.yml'), 'region: eu-west-1\n')
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\n${npx}\n`)
  chmodSync(join(folder, 'npx'), 0o755)
  const child = spawn(process.execPath, [resolve(`dist/deploy/${name}.js`), ...args], {
    cwd: folder,
    env: { ...env, PATH: `${folder}:/usr/bin:/bin` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      out += piece
    })
  return new Promise<{ code: number | null; out: string; folder: string }>((done) =>
    child.on('close', (code) => done({ code, out, folder })),
  )
}

describe('npm run remove', () => {
  it('removes the stack and names what is left, and deletes none of it', async () => {
    const left = await leaveBehind('one')
    const { code, out } = await script('remove', ['--stage', 'one'], 'echo "osls $@"')
    expect(code).toBe(0)
    expect(out).toContain('osls --no-install osls remove --stage one --region eu-west-1')
    for (const line of [
      'queue cen-attach-one-requests: 1 waiting requests',
      'queue cen-attach-one-dead-letters: 0 dead letters',
      'queue cen-attach-one-from-vending: 0 waiting requests of vending',
      'queue cen-attach-wave-one: 0 results of a campaign, its feed',
      'aliyun ram DeleteRole --RoleName cen-attach-one',
      'npm run remove -- --stage one --all',
    ])
      expect(out).toContain(line)
    expect(await left()).toHaveLength(6)
  })

  it('deletes it with --all, also if the stack is gone, and nothing of another stage', async () => {
    const [left, others] = [await leaveBehind('two'), await leaveBehind('other')]
    const asked = await script('remove', ['--stage', 'two', '--all'], 'exit 1')
    expect(asked).toMatchObject({ code: 2 })
    expect(asked.out).toContain('nobody can be asked here: --yes agrees')
    expect(await left()).toHaveLength(6)
    const gone = `echo "Stack with id cen-attach-two does not exist"; exit 1`
    const { code, out } = await script('remove', ['--stage', 'two', '--all', '--yes'], gone)
    expect({ code, left: await left() }).toEqual({ code: 0, left: [] })
    expect(out).toContain('deleted 6 queues')
    expect(out).toContain('There is no aliyun here: run these where it is.')
    expect(await others()).toHaveLength(6)
  })

  it('deletes nothing if the stack is still there', async () => {
    const left = await leaveBehind('three')
    const { code } = await script('remove', ['--stage', 'three', '--all', '--yes'], 'echo "DELETE_FAILED"; exit 1')
    expect({ code, left: (await left()).length }).toEqual({ code: 1, left: 6 })
  })

  it('needs neither build, stage file nor policy: osls gets as far as AWS', async () => {
    const nowhere = {
      ...process.env,
      ...env,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '1',
      CI: 'true',
    }
    const args = ['--no-install', 'osls', 'remove', '--stage', 'nobodys', '--region', 'eu-west-1']
    const said = await promisify(execFile)('npx', args, { env: nowhere }).then(
      String,
      ({ stdout, stderr }) => stdout + stderr,
    )
    expect(said).not.toContain('Cannot resolve')
    expect(said).toContain('Removing cen-attach from stage nobodys (eu-west-1)')
  }, 30_000)

  it.each([
    ['cen-attach-prod-requests', 'waiting requests'],
    ['cen-attach-prod-from-vending', 'waiting requests of vending'],
    ['cen-attach-prod-eu-requests', undefined],
    ['cen-attach-production-requests', undefined],
    ['cen-attach-wave-1', undefined],
    ['cen-attach-prod-constructor', undefined],
  ])('takes %s for %s of the stage prod', (name, is) => {
    expect(kindOf(name, 'prod', undefined)).toBe(is)
    expect(kindOf(name, 'prod', '{"aws:SourceArn":"arn:aws:sns:eu-west-1:1:cen-attach-prod-eu-results"}')).toBe(is)
  })
})

describe('npm run deploy', () => {
  const OUTPUTS = [
    { OutputKey: 'RequestQueueUrl', OutputValue: 'https://sqs/x' },
    { OutputKey: 'FromVendingBusArn', OutputValue: "arn:it's" },
    { OutputKey: 'ServerlessDeploymentBucketName', OutputValue: 'bucket' },
  ]

  it('writes the outputs of the stack as settings for a shell, and prints them with what to try next', async () => {
    const npx = `mkdir -p .serverless; cat > .serverless/outputs.json <<'END'\n${JSON.stringify(OUTPUTS)}\nEND`
    const { code, out, folder } = await script('deploy', ['--stage', 'prod'], npx)
    const text = settingsText('eu-west-1', OUTPUTS)
    expect(text).toBe(
      "export AWS_REGION='eu-west-1'\nexport REQUEST_QUEUE_URL='https://sqs/x'\nexport FROM_VENDING_BUS_ARN='arn:it'\\''s'\n",
    )
    expect(code).toBe(0)
    expect(readFileSync(join(folder, 'deploy/prod.env'), 'utf8')).toBe(text)
    expect(out).toContain(text)
    expect(out).toContain('. deploy/prod.env\nnpx cen-attach submit first.json --dry-run')
  })

  it('ends as osls ends, and takes no other argument than the stage', async () => {
    expect(await script('deploy', ['--stage', 'prod'], 'exit 3')).toMatchObject({ code: 3 })
    const { code, out } = await script('deploy', ['--stage', 'prod', '--region', 'us-east-1'], '')
    expect({ code, out }).toEqual({ code: 2, out: expect.stringContaining('options: --stage') })
  })

  it('gets the outputs from osls’ own reading of the stack', () => {
    const StackOutputs = createRequire(import.meta.url)('../../deploy/stack-outputs.cjs')
    const serviceDir = mkdtempSync(join(tmpdir(), 'cen-attach-outputs-'))
    const plugins = [{}, { gatheredData: { outputs: OUTPUTS } }]
    new StackOutputs({ serviceDir, pluginManager: { plugins } }).hooks['after:aws:info:gatherData']()
    expect(JSON.parse(readFileSync(join(serviceDir, '.serverless/outputs.json'), 'utf8'))).toEqual(OUTPUTS)
  })
})
