/** `cen-attach console` over a real queue, topic and dead-letter queue: it follows, redrives, and cleans up. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerFile } from '../../../functions/campaigns/ledger-files.js'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import type { ConsoleDeadLetters } from '../../../lib/console/protocol.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type ConsoleReader, readConsole } from '../../support/console/console-reader.js'
import { type Running, run, start } from '../../support/process.js'

const CAMPAIGN = 'wave-shown'
const ROWS = 12
const REFUSED = 'vpc-refused'
const FILE = [
  'cenId,childInstanceId,childInstanceRegionId',
  `cen-1,${REFUSED},cn-hangzhou`,
  ...Array.from({ length: ROWS - 1 }, (_, index) => `cen-1,vpc-${index},cn-hangzhou`),
].join('\n')
const WORLD = {
  limits: { attachMs: 20, attachesAtOnce: 100 },
  faults: [
    {
      action: 'AttachCenChildInstance',
      match: { ChildInstanceId: REFUSED },
      nth: 1,
      fault: { code: 'OperationFailed.InvalidTransitRouter', http: 400, message: 'no' },
    },
  ],
}

describe('the console of a campaign', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-console-'))
  let cloud: TestCloud
  let env: Record<string, string>
  let worker: Running
  let shown: Running
  let reader: ConsoleReader
  let address: string

  beforeAll(async () => {
    cloud = await startCloud(WORLD)
    env = { ...cloud.env, XDG_STATE_HOME: folder }
    writeFileSync(join(folder, 'rows.csv'), FILE)
    await run(['submit', join(folder, 'rows.csv'), '--campaign', CAMPAIGN, '--ledger', folder], env)
    shown = start(['console', CAMPAIGN, '--ledger', folder, '--json'], env)
    await shown.wrote('"event":"console"')
    const reported = JSON.parse(
      shown
        .out()
        .split('\n')
        .find((line) => line.includes('"console"')) ?? '',
    )
    expect(reported).toMatchObject({ event: 'console', campaignId: CAMPAIGN })
    address = reported.url
    reader = await readConsole(address)
  })
  afterAll(async () => {
    worker?.child.kill('SIGKILL')
    shown?.child.kill('SIGKILL')
    await cloud?.stop()
  })

  it('shows rows that were submitted before, and then their outcomes', async () => {
    const before = await reader.until(({ rows }) => rows.length === ROWS)
    expect(before.counts.pending).toBe(ROWS)
    expect(before.head.title).toBe(CAMPAIGN)
    worker = start(['worker'], { ...env, LOG_LEVEL: 'error' })
    const { counts } = await reader.until(({ counts: { pending } }) => pending === 0)
    expect(counts).toMatchObject({ attached: ROWS - 1, failed: 1 })
  })

  it('redrives a dead letter, records that in the ledger, and shows its row attached', async () => {
    const { letters } = (await (await reader.ask('/api/letters')).json()) as ConsoleDeadLetters
    expect(letters).toMatchObject([
      { attachment: { childInstanceId: REFUSED }, group: 'OperationFailed.InvalidTransitRouter', renewable: true },
    ])
    expect(letters[0]).not.toHaveProperty('body')
    const messageIds = [...letters.map(({ messageId }) => messageId), 'not-there']
    const reported = await (await reader.post('/api/redrive', { messageIds, renew: false })).json()
    expect(reported).toMatchObject({ sent: 1, not: [{ letters: 1, why: expect.stringContaining('no longer') }] })
    await reader.until(({ counts: { attached } }) => attached === ROWS)
    expect(readFileSync(ledgerFile(folder, CAMPAIGN), 'utf8')).toMatch(/"entry":"sent".*"redriveCount":1/)
  })

  it('reports that its port is taken and exits, in `local` too', async () => {
    const port = new URL(address).port
    for (const args of [
      ['console', CAMPAIGN, '--ledger', folder, '--port', port],
      ['local', '--submit', join(folder, 'rows.csv'), '--console', '--console-port', port],
    ]) {
      const { code, err } = await run(args, args[0] === 'local' ? {} : env)
      expect(code).toBe(2)
      expect(err).toContain(`port ${port} of 127.0.0.1 is taken`)
    }
  })

  it('runs until Ctrl-C, and deletes its queue', async () => {
    expect(shown.child.exitCode).toBe(null)
    shown.child.kill('SIGINT')
    expect(await shown.ended).toBe(0)
    const last = JSON.parse(shown.out().trim().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({ event: 'ended', interrupted: false, totals: { attached: ROWS } })
    const { sqs } = createAwsClients(awsConnectionOf(cloud.env))
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
    expect(QueueUrls.filter((url) => url.includes(CAMPAIGN))).toEqual([])
  })

  it('reports the missing setting without a dead-letter queue', async () => {
    const { DEAD_LETTER_QUEUE_URL: _, ...without } = env
    const other = start(['console', CAMPAIGN, '--ledger', folder], without)
    await other.wrote(/console: http:\S+\n/)
    const untold = await readConsole(/console: (\S+)/.exec(other.out())?.[1] ?? '')
    const answer = await untold.ask('/api/letters')
    expect(answer.status).toBe(502)
    expect(await answer.text()).toContain('DEAD_LETTER_QUEUE_URL is not set')
    other.child.kill('SIGINT')
    await other.ended
  })
})
