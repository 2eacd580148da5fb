/** Results that other senders forge for the rows of a campaign; queue and STS report different senders. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ledgerFile } from '../../../functions/campaigns/ledger-files.js'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { callerId } from '../../../lib/aws/caller-identity.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import { idempotencyKey } from '../../../lib/domain/attachment.js'
import { type FakeSts, startFakeSts } from '../../support/aws/fake-sts.js'
import { type QueueProxy, startQueueProxy } from '../../support/aws/queue-proxy.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type Running, run, start } from '../../support/process.js'

const SENDERS = { KEYOFVICTIM: 'AROAVICTIM:job-1', KEYOFTENANT: 'AROATENANT:job-1' } as const
const TEXT = 'CALL +1 555 0100'
const folder = mkdtempSync(join(tmpdir(), 'cen-attach-forged-'))
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const rules = (...tenant: string[]) =>
  file(
    `policy-${tenant.join('-')}.json`,
    JSON.stringify({
      version: 1,
      rules: [
        { id: 'victim', senders: ['AROAVICTIM:*'], cenIds: ['cen-v'], ownerIds: ['*'] },
        { id: 'tenant', senders: ['AROATENANT:*'], cenIds: tenant, ownerIds: ['*'] },
      ],
    }),
  )

let cloud: TestCloud
let proxy: QueueProxy
let sts: FakeSts
let worker: Running | undefined
let env: Record<string, string>
let sendAs: (key: keyof typeof SENDERS, body: object) => Promise<void>

beforeAll(async () => {
  cloud = await startCloud({
    limits: { attachMs: 50 },
    // The victim's second row cannot be attached: only a forged result reports it as attached.
    attached: [{ cenId: 'cen-z', childInstanceId: 'vpc-taken' }],
  })
  proxy = await startQueueProxy(cloud.env.AWS_ENDPOINT_URL ?? '', [], SENDERS)
  sts = await startFakeSts(Date.now, SENDERS)
  const throughProxy = (url = '') => url.replace(cloud.env.AWS_ENDPOINT_URL ?? '', proxy.url)
  env = {
    ...cloud.env,
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ACCESS_KEY_ID: 'KEYOFVICTIM',
    REQUEST_QUEUE_URL: throughProxy(cloud.queues.requestQueueUrl),
    DEAD_LETTER_QUEUE_URL: throughProxy(cloud.queues.deadLetterQueueUrl),
    ATTACHMENT_POLICY: rules('cen-t'),
    XDG_STATE_HOME: folder,
  }
  sendAs = async (key, body) => {
    const { sqs } = createAwsClients(awsConnectionOf({ ...env, AWS_ACCESS_KEY_ID: key }))
    const command = { QueueUrl: env.REQUEST_QUEUE_URL, MessageBody: JSON.stringify(body) }
    await sqs.send(new SendMessageCommand(command))
  }
})
afterAll(async () => {
  worker?.child.kill('SIGKILL')
  await Promise.all([proxy.stop(), sts.stop()])
  await cloud.stop()
})

it('forged results are foreign to watch and submit, show no text of their senders, and end no row', async () => {
  const csv = file(
    'rows.csv',
    'cenId,childInstanceId,childInstanceRegionId\ncen-v,vpc-free,cn-hangzhou\ncen-v,vpc-taken,cn-hangzhou\n',
  )
  const args = ['submit', csv, '--campaign', 'wave', '--ledger', folder]
  const submitted = await run(args, env)
  expect(submitted.out + submitted.err).toContain('2 requests are on')
  for (const childInstanceId of ['vpc-free', 'vpc-taken']) {
    const requested = { cenId: 'cen-v', childInstanceId, childInstanceRegionId: 'cn-hangzhou' }
    const requestId = idempotencyKey({ ...requested, childInstanceType: 'VPC' })
    const claim = { ...requested, requestId, campaignId: 'wave', correlationId: TEXT }
    // An allowed request of the tenant, a refused one, and an unreadable body.
    await sendAs('KEYOFTENANT', { ...claim, cenId: 'cen-t', childInstanceId: 'vpc-of-tenant' })
    await sendAs('KEYOFTENANT', claim)
    await sendAs('KEYOFTENANT', { ...claim, [TEXT]: TEXT })
  }
  worker = start(['worker'], { ...env, LOG_LEVEL: 'error' })
  await cloud.until(async () => (await cloud.left()) === 0)
  const watched = await run(['watch', 'wave', '--ledger', folder, '--json'], env)
  const events = watched.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { rows, others, totals } = events.at(-1)
  expect(totals).toMatchObject({ rows: 2, attached: 1, failed: 1 })
  expect(rows[1].code).not.toBe('PolicyDenied')
  expect(watched.code).toBe(1)
  const reported = others.map(
    ({ error, outcome }: { error?: { code: string }; outcome: string }) => error?.code ?? outcome,
  )
  expect(reported.sort()).toEqual([
    'PolicyDenied',
    'PolicyDenied',
    'RequestInvalid',
    'RequestInvalid',
    'attached',
    'attached',
  ])
  expect(others.flatMap(({ senderId }: { senderId?: string }) => senderId ?? [])).toEqual(
    Array(2).fill('AROATENANT:job-1'),
  )
  expect(events.filter(({ event }) => event === 'foreign')).toHaveLength(6)
  expect(watched.out + watched.err).not.toContain('555 0100')
  const table = await run(['watch', 'wave', '--ledger', folder], env)
  expect(table.out).toContain('claims the request id of line 2, and is not its result')
  expect(table.out).not.toContain('555 0100')
  expect((await run(args, env)).err).toContain('not sent again: 1 rows that are attached')
})

it('forged dead letters are foreign, while a refusal of the sender of the row counts', async () => {
  const csv = file('denied.csv', 'cenId,childInstanceId,childInstanceRegionId\ncen-x,vpc-x,cn-hangzhou\n')
  const args = ['submit', csv, '--campaign', 'denied', '--ledger', folder, '--watch', '--json']
  const requested = {
    cenId: 'cen-x',
    childInstanceId: 'vpc-x',
    childInstanceRegionId: 'cn-hangzhou',
    campaignId: 'denied',
  }
  await sendAs('KEYOFTENANT', { ...requested, requestId: 'not-in-the-file' })
  await sendAs('KEYOFTENANT', requested)
  const { out, code } = await run(args, env)
  const { rows } = JSON.parse(out.trim().split('\n').at(-1) ?? '')
  expect(rows).toMatchObject([{ code: 'PolicyDenied', senderId: 'AROAVICTIM:job-1' }])
  expect(code).toBe(1)
  const entries = readFileSync(ledgerFile(folder, 'denied', env.REQUEST_QUEUE_URL), 'utf8')
    .trim()
    .split('\n')
  expect(entries.map((line) => JSON.parse(line)).find(({ entry }) => entry === 'sent').senderId).toBe(
    'AROAVICTIM:job-1',
  )

  // Another machine: the feed is gone, failures are recovered.
  const elsewhere = mkdtempSync(join(tmpdir(), 'cen-attach-elsewhere-'))
  const rebuilt = await run(['watch', 'denied', '--ledger', elsewhere, '--rows', csv, '--json'], env)
  const ended = JSON.parse(rebuilt.out.trim().split('\n').at(-1) ?? '')
  expect(ended.rows).toHaveLength(1)
  expect(ended.rows[0]).toMatchObject({ code: 'PolicyDenied' })
  expect(ended.others).toMatchObject([{ requestId: 'not-in-the-file', senderId: 'AROATENANT:job-1' }])
})

it('a redrive prints the refused sender, and the sender that the policy will evaluate', async () => {
  const listed = JSON.parse((await run(['dlq', 'list', '--campaign', 'denied', '--json'], env)).out)
  const refused = listed.letters.map(({ refusedSenderId }: { refusedSenderId: string }) => refusedSenderId)
  expect(refused.sort()).toEqual(['AROATENANT:job-1', 'AROATENANT:job-1', 'AROAVICTIM:job-1'])
  const shown = await run(['dlq', 'redrive', '--campaign', 'denied', '--dry-run'], env)
  expect(shown.out).toContain("the policy's sender: AROAVICTIM:job-1")
  const unknown = await run(['dlq', 'redrive', '--campaign', 'denied', '--dry-run'], {
    ...env,
    AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9',
  })
  expect(unknown.out).toContain("the policy's sender: these credentials; STS did not report")
})

it('the sender id is undefined, in time, if STS does not answer', async () => {
  expect(await callerId(awsConnectionOf(env))).toBe('AROAVICTIM:job-1')
  expect(await callerId(awsConnectionOf({ ...env, AWS_ACCESS_KEY_ID: 'KEYOFNOBODY' }))).toBeUndefined()
})
