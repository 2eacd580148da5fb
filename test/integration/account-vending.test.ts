/** The recipes of docs/account-vending.md, from their scripts to the result, over the queues, bus and rule of the template. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { requestQueues } from '../../deploy/request-queues.js'
import type { Producer } from '../../lib/deployment/producers.js'
import { policyText, type StageFacts } from '../../lib/deployment/stage-files.js'
import { VENDING_DETAIL_TYPE } from '../../lib/domain/messages/envelope.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import type { Resource } from '../support/packaged.js'
import { type Running, start } from '../support/process.js'

const page = readFileSync('docs/account-vending.md', 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text)
const json = blocks('json').map((text) => JSON.parse(text))
const entry = json.find((block) => block.DetailType !== undefined)
const policy = json.find((block) => block.rules !== undefined)
const { producers } = parse(blocks('yaml')[0] ?? '') as { producers: Producer[] }
const [, aftScript = '', sendMessage = ''] = blocks('sh')
const detail = JSON.parse(entry.Detail)

const resources = requestQueues('prod', producers, '').Resources as Record<string, Resource>
const properties = (name: string) => resources[name]?.Properties ?? {}
const BUS_ARN = `arn:aws:events:eu-west-1:123456789012:event-bus/${properties('FromVendingBus').Name}`
const queueOf = (name: string) => properties(`From${name}Queue`).QueueName as string

let cloud: TestCloud
let worker: Running | undefined
afterEach(async () => {
  worker?.child.kill('SIGKILL')
  await cloud?.stop()
})

/** The worker of one queue of the template, whose messages no other queue carries. */
async function startWorkerOn(queue: string): Promise<string> {
  const { QueueUrl = '' } = await cloud.sqs.send(new CreateQueueCommand({ QueueName: queue }))
  worker = start(['worker'], {
    ...cloud.env,
    REQUEST_QUEUE_URL: QueueUrl,
    GRANT_ROLE_NAME: 'cen-attach-grant',
    ATTACHMENT_POLICY: JSON.stringify(policy),
  })
  return QueueUrl
}

const startVendingCloud = () =>
  startCloud({
    limits: { attachMs: 50 },
    grantsMissing: [{ childInstanceId: detail.childInstanceId }],
    roles: [{ roleName: 'cen-attach-grant', accountId: detail.childInstanceOwnerId }],
  })

/** Runs a script with stand-ins for the programs that it calls; each writes its arguments into a file, one call a line. */
async function runScript(text: string, programs: Readonly<Record<string, string>>, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-vending-'))
  const calls = join(folder, 'calls')
  for (const path of ['terraform', 'api_helpers']) mkdirSync(join(folder, path))
  for (const [name, body] of Object.entries(programs)) {
    const record = `require('fs').appendFileSync(${JSON.stringify(calls)}, JSON.stringify([${JSON.stringify(name)}, ...process.argv.slice(2)]) + '\\n')`
    writeFileSync(join(folder, name), `#!${process.execPath}\n${record}\n${body}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const script = join(folder, 'api_helpers/script.sh')
  writeFileSync(script, text.replaceAll('/opt/aft/bin/terraform', join(folder, 'terraform-of-aft')))
  const run = promisify(execFile)('sh', [script], { env: { ...env, PATH: `${folder}:${process.env.PATH}` } })
  const code = await run.then(
    () => 0,
    (error) => error.code as number,
  )
  const lines = readFileSync(calls, 'utf8').trim().split('\n')
  return { code, calls: lines.map((line) => JSON.parse(line) as string[]) }
}

/** `aws events put-events`: every call is a success of the program; the first `failing` are refused by EventBridge. */
const aws = (failing: number) => `
const { readFileSync } = require('fs')
const made = readFileSync(__dirname + '/calls', 'utf8').split('\\n').filter((line) => line.startsWith('["aws"')).length
console.log(made > ${failing} ? 0 : 1)`
const terraform = `process.stdout.write(${JSON.stringify(JSON.stringify([entry]))})`
const PROGRAMS = { 'terraform-of-aft': terraform, sleep: '' }
const entriesOf = (call: readonly string[]) => JSON.parse(call[call.indexOf('--entries') + 1] ?? '[]')

/** What the rule on this bus sends to its target's queue for an entry of PutEvents; nothing if bus or pattern are others. */
function deliver(one: typeof entry, id: string): { queue: string; body: string } | undefined {
  const { EventPattern, Targets, EventBusName } = properties('FromVendingRule')
  const [bus = ''] = EventBusName['Fn::GetAtt']
  if (one.EventBusName !== BUS_ARN || bus !== 'FromVendingBus') return undefined
  if (!EventPattern['detail-type'].includes(one.DetailType)) return undefined
  const body = { version: '0', id, 'detail-type': one.DetailType, source: one.Source, detail: JSON.parse(one.Detail) }
  const [target = ''] = Targets[0].Arn['Fn::GetAtt']
  return { queue: properties(target).QueueName, body: JSON.stringify(body) }
}

describe('account vending', () => {
  it('has the rules that init writes for its producers', () => {
    const facts = {
      stage: 'prod',
      producers,
      senderId: 'AIDA1',
      actions: ['attach'],
      cenIds: ['cen-1'],
      ownerIds: ['*'],
    } as unknown as StageFacts
    const written = JSON.parse(policyText(facts)).rules
    const named = (rules: { id: string; queues?: string[] }[]) =>
      rules.flatMap(({ id, queues }) => (queues ? [[id, queues]] : []))
    expect(named(policy.rules)).toEqual(named(written))
  })

  it('of AFT sends the event again until EventBridge takes it, and the network of the new account is attached', async () => {
    const { code, calls } = await runScript(aftScript, { ...PROGRAMS, aws: aws(2) })
    expect(code).toBe(0)
    const sent = calls.filter(([program]) => program === 'aws')
    expect(sent).toHaveLength(3)
    expect(entry.DetailType).toBe(VENDING_DETAIL_TYPE)
    const [event] = entriesOf(sent.at(-1) ?? [])
    const delivered = deliver(event, 'event-1')
    expect(delivered?.queue).toBe(policy.rules[0].queues[0])

    cloud = await startVendingCloud()
    const QueueUrl = await startWorkerOn(queueOf('Vending'))
    // EventBridge may deliver an event twice.
    for (const MessageBody of [delivered?.body, delivered?.body])
      await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    await cloud.results(2)
    const results = await cloud.allResults()
    expect(new Set(results.map((result) => result.id)).size).toBe(1)
    expect(results[0]?.data).toMatchObject({ requestId: 'event-1', outcome: 'attached', campaignId: 'vending' })
    const made = cloud.emulator.journal.map(({ action, code }) => `${action} ${code}`)
    expect(made).toContain('GrantInstanceToCen OK')
    expect(made.filter((call) => call === 'AttachCenChildInstance OK')).toHaveLength(1)
  })

  it('of AFT fails if EventBridge takes nothing: the pipeline must not go on as if it had', async () => {
    const { code, calls } = await runScript(aftScript, { ...PROGRAMS, aws: aws(99) })
    expect(code).toBe(1)
    expect(calls.filter(([program]) => program === 'aws')).toHaveLength(5)
  })

  it('of the account factory sends the request to its own queue, and the network is attached', async () => {
    cloud = await startVendingCloud()
    const QueueUrl = await startWorkerOn(queueOf('Factory'))
    const env = {
      FROM_FACTORY_QUEUE_URL: QueueUrl,
      ACCOUNT_ID: detail.childInstanceOwnerId,
      VPC_ID: detail.childInstanceId,
      REGION_ID: detail.childInstanceRegionId,
    }
    const { calls } = await runScript(sendMessage, { aws: '' }, env)
    const value = (name: string) => calls[0]?.[calls[0].indexOf(name) + 1] ?? ''
    expect(value('--queue-url')).toBe(QueueUrl)
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: value('--message-body') }))
    const [result] = await cloud.results(1)
    expect(result?.data.outcome).toBe('attached')
  })
})
