/** Campaigns end to end: real processes against the embedded cloud. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListSubscriptionsCommand } from '@aws-sdk/client-sns'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerFile } from '../../../functions/campaigns/ledger-files.js'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type Running, run, start } from '../../support/process.js'

const folder = mkdtempSync(join(tmpdir(), 'cen-attach-campaign-'))
const HEADER = 'cenId;childInstanceId;childInstanceRegionId;childInstanceOwnerId'
const file = (name: string, lines: readonly string[], header = HEADER) => {
  writeFileSync(join(folder, name), `\uFEFF${header}\r\n${lines.join('\r\n')}\r\n`)
  return join(folder, name)
}
const vpcs = (count: number, prefix = 'vpc-n', region = 'cn-hangzhou') =>
  Array.from({ length: count }, (_, index) => `cen-${index % 10};${prefix}${index};${region};`)
const OWNER = '1700000000000002'
const WORLD = {
  limits: { attachMs: 20, attachesAtOnce: 100 },
  grantsMissing: [{ childInstanceId: 'vpc-parked', grantedAfterMs: 3_600_000 }],
  attached: [
    { cenId: 'cen-z', childInstanceId: 'vpc-b1' },
    { cenId: 'cen-z', childInstanceId: 'vpc-away' },
  ],
}

let cloud: TestCloud
let worker: Running | undefined
let env: Record<string, string>
const ledgerOf = (campaign: string) =>
  readFileSync(ledgerFile(folder, campaign), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
const feeds = async () => {
  const { sqs, sns } = createAwsClients(awsConnectionOf(cloud.env))
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}))
  const names = [...QueueUrls, ...Subscriptions.map(({ Endpoint }) => Endpoint ?? '')]
  return names.filter((name) => /cen-attach-wave/.test(name)).map((name) => /cen-attach-(wave-\w+)/.exec(name)?.[1])
}
const startWorker = () => {
  worker = start(['worker'], { ...env, LOG_LEVEL: 'error' })
}

beforeAll(async () => {
  cloud = await startCloud(WORLD)
  env = { ...cloud.env, XDG_STATE_HOME: folder }
})
afterAll(async () => {
  worker?.child.kill('SIGKILL')
  await cloud.stop()
})

describe('a campaign', () => {
  it('killed while it sends loses nothing, and sends at most one batch again', async () => {
    const path = file('killed.csv', vpcs(150))
    const args = ['submit', path, '--campaign', 'wave-killed', '--ledger', folder]
    const killed = start([...args, '--rate', '50'], env)
    await cloud.until(async () => (await cloud.left()) > 40)
    killed.child.kill('SIGKILL')
    await killed.ended
    const before = await cloud.left()
    expect(before).toBeLessThan(150)
    const again = await run(args, env)
    expect(again.code).toBe(0)
    expect(again.err).toMatch(/not sent again: 0 rows that are attached, \d+ that are under way/)
    const all = await cloud.left()
    expect(all).toBeGreaterThanOrEqual(150)
    expect(all).toBeLessThanOrEqual(410)
    expect(await feeds()).toEqual(['wave-killed', 'wave-killed'])
  })

  it('is followed to its end by a late watch, which then deletes its queue', async () => {
    startWorker()
    const report = join(folder, 'killed.json')
    const { code, out, err } = await run(['watch', 'wave-killed', '--ledger', folder, '--report', report], env)
    expect(out).toContain('150 rows: 150 attached, 0 failed, 0 grant-required')
    expect(err).toMatch(/attached, 0 failed/)
    expect(code).toBe(0)
    expect(JSON.parse(readFileSync(report, 'utf8')).rows).toHaveLength(150)
    expect(await feeds()).toEqual([])
    const again = await run(
      ['submit', join(folder, 'killed.csv'), '--campaign', 'wave-killed', '--ledger', folder],
      env,
    )
    expect(again.out).toContain('0 requests are on')
    expect(again.err).toContain('not sent again: 150 rows that are attached')
  })
  it('interrupted deletes its queue, and resumes with the missed results recovered', async () => {
    const path = file('parked.csv', [
      `cen-a;vpc-parked;cn-hangzhou;${OWNER}`,
      'cen-a;vpc-away;cn-hangzhou;',
      ...vpcs(3, 'vpc-p'),
    ])
    const args = ['submit', path, '--campaign', 'wave-parked', '--ledger', folder, '--watch', '--wait-parked', '--json']
    const first = start(args, env)
    await first.wrote('"outcome":"grant-required"')
    await first.wrote(/"attached":3,"detached":0,"failed":1/)
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(1)
    expect(await feeds()).toEqual([])
    const events = first
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({
      event: 'ended',
      interrupted: true,
      totals: { attached: 3, grantRequired: 1 },
    })
    const kinds = ledgerOf('wave-parked').map(({ entry }) => entry)
    expect(kinds.at(-1)).toBe('feed-removed')

    // No queue receives the results from here on.
    const advance = { method: 'POST', body: JSON.stringify({ advanceMs: 3_600_000 }) }
    expect((await fetch(`${cloud.env.CBN_ENDPOINT}/_emulator/clock`, advance)).status).toBe(200)
    await cloud.until(async () => (await cloud.left()) === 0, 60_000)
    const watched = await run(['watch', 'wave-parked', '--ledger', folder], env)
    expect(watched.err).toContain('recovered results: 1 attached, 0 failed, 0 still open')
    expect(watched.out).toContain('5 rows: 4 attached, 1 failed, 0 grant-required')
    expect(watched.code).toBe(1)
    expect(ledgerOf('wave-parked').filter(({ from }) => from === 'cen')).toHaveLength(1)
  })

  it('recovers the missed results, also if watches before it could not subscribe or recover', async () => {
    const args = ['--ledger', folder]
    const path = file('cut.csv', ['cen-a;vpc-cut;cn-hangzhou;', 'cen-a;vpc-away;cn-hangzhou;'])
    await run(['submit', path, '--campaign', 'wave-cut', ...args], { ...env, RESULT_TOPIC_ARN: '' })
    await cloud.until(async () => (await cloud.left()) === 0, 60_000)
    const broken = [
      { RESULT_TOPIC_ARN: `${env.RESULT_TOPIC_ARN}-none` },
      { DEAD_LETTER_QUEUE_URL: `${env.DEAD_LETTER_QUEUE_URL}-none` },
    ]
    for (const setting of broken) {
      const { out, err, code } = await run(['watch', 'wave-cut', ...args], { ...env, ...setting })
      const [[name, value] = []] = Object.entries(setting)
      expect(err).toMatch(new RegExp(`${value}.*: there is no such (?:queue|topic); check ${name}`))
      expect({ out, code }).toEqual({ out: '', code: 2 })
    }
    const watched = start(['watch', 'wave-cut', ...args], env)
    await watched.wrote('recovered results: 1 attached, 1 failed, 0 still open')
    expect(await watched.ended).toBe(1)
    expect(watched.out()).toContain('2 rows: 1 attached, 1 failed, 0 grant-required')
    expect(await feeds()).toEqual([])
  })

  it('sends failed rows again, with new result ids', async () => {
    const path = join(folder, 'parked.csv')
    const args = ['submit', path, '--campaign', 'wave-parked', '--ledger', folder]
    const again = await run([...args, '--watch'], env)
    expect(again.err).toContain('not sent again: 4 rows that are attached, 0 that are under way')
    expect(again.out).toContain('5 rows: 4 attached, 1 failed')
    expect(again.code).toBe(1)
    const failed = ledgerOf('wave-parked').filter(({ result }) => result?.data.outcome === 'failed')
    expect(new Set(failed.map(({ result }) => result.id)).size).toBe(2)
  })

  it('without a ledger is recovered from the file, the CENs and the dead-letter queue', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'cen-attach-elsewhere-'))
    const args = ['watch', 'wave-parked', '--ledger', elsewhere, '--rows', join(folder, 'parked.csv')]
    const { out, err, code } = await run(args, env)
    expect(err).toContain('there is no ledger of wave-parked here')
    expect(err).toMatch(/recovered results: 4 attached, \d failed, 0 still open/)
    expect(out).toContain('5 rows: 4 attached, 1 failed')
    expect(code).toBe(1)
  })

  it('stops if a canary fails, and names the region', async () => {
    const rows = [...vpcs(10, 'vpc-c'), ...vpcs(10, 'vpc-b', 'cn-beijing')]
    const path = file('canary.csv', rows)
    const args = ['submit', path, '--campaign', 'wave-canary', '--ledger', folder, '--watch', '--canary', '2']
    const stopped = await run(args, env)
    expect(stopped.err).toContain('canary: 1 of 2 rows of cn-beijing did not attach')
    expect(stopped.err).toContain('16 rows were not sent')
    expect(stopped.out).toContain('20 rows: 3 attached, 1 failed, 0 grant-required, 16 unsent')
    expect(stopped.code).toBe(1)
    const onward = await run([...args, '--canary-failures', '50'], env)
    expect(onward.out).toContain('20 rows: 19 attached, 1 failed')
  })

  it('refuses a request id that it has used for another attachment, and sends nothing', async () => {
    const header = `${HEADER};requestId`
    const one = file('one.csv', ['cen-a;vpc-u1;cn-hangzhou;;r-1'], header)
    const other = file('other.csv', ['cen-a;vpc-u3;cn-hangzhou;;r-3', 'cen-a;vpc-u2;cn-hangzhou;;r-1'], header)
    await run(['submit', one, '--campaign', 'wave-ids', '--ledger', folder, '--watch'], env)
    const { code, err } = await run(['submit', other, '--campaign', 'wave-ids', '--ledger', folder], env)
    expect(err).toContain('line 3: requestId was used by this campaign for another attachment or action (vpc-u1)')
    expect(code).toBe(2)
  })
})

describe('cen-attach reconcile', () => {
  it('prints what is as requested, missing, elsewhere and in no row, and sends the missing rows', async () => {
    const wished = ['cen-d;vpc-d1;cn-hangzhou;', 'cen-d;vpc-d2;cn-hangzhou;', 'cen-d;vpc-away;cn-hangzhou;']
    const path = file('drift.csv', wished)
    await run(['submit', file('d1.csv', ['cen-d;vpc-d1;cn-hangzhou;', 'cen-d;vpc-d9;cn-hangzhou;']), '--watch'], env)
    const look = await run(['reconcile', path], env)
    expect(look.out.split('\n').map((line) => line.split(/ {2,}/))).toEqual(
      expect.arrayContaining([
        ['line 3', 'cen-d', 'vpc-d2', 'cn-hangzhou', 'missing'],
        ['line 4', 'cen-d', 'vpc-away', 'cn-hangzhou', 'elsewhere', 'cen-z'],
        ['', 'cen-d', 'vpc-d9', 'cn-hangzhou', 'unlisted'],
      ]),
    )
    expect(look.out).toContain('1 as requested, 1 missing, 1 attached elsewhere, 0 under way, 1 in no row')
    expect(look.code).toBe(1)
    expect(await cloud.left()).toBe(0)

    const sent = await run(['reconcile', path, '--submit', '--watch'], env)
    expect(sent.out).toContain('1 row: 1 attached')
    const after = await run(['reconcile', path, '--json'], env)
    expect(JSON.parse(after.out).counts).toMatchObject({ attached: 2, missing: 0, elsewhere: 1, unlisted: 1 })
  })

  it('reads the rows of past campaigns, and exits 0 without drift', async () => {
    const whole = file('whole.csv', ['cen-w;vpc-w1;cn-hangzhou;', 'cen-w;vpc-w2;cn-hangzhou;'])
    await run(['submit', whole, '--campaign', 'wave-whole', '--ledger', folder, '--watch'], env)
    const { code, out } = await run(['reconcile', '--past', 'wave-whole', '--ledger', folder], env)
    expect(out).toContain('2 as requested, 0 missing, 0 attached elsewhere, 0 under way, 0 in no row')
    expect(code).toBe(0)
    const unknown = await run(['reconcile', '--past', 'wave-none', '--ledger', folder], env)
    expect(unknown.err).toContain('there is no ledger of wave-none')
    expect(unknown.code).toBe(2)
  })
})
