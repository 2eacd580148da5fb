/** A redrive and the ledger of its campaign, on a real queue. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, it } from 'vitest'
import { ledgerFile } from '../../../functions/campaigns/ledger-files.js'
import { redriveAndRecord } from '../../../functions/dead-letters/redrive.js'
import { planCampaign } from '../../../lib/campaigns/plan.js'
import { openAppendLog } from '../../../lib/campaigns/store/append-log-file.js'
import { createLedger } from '../../../lib/campaigns/store/ledger.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { startCloud } from '../../support/cloud.js'
import { run } from '../../support/process.js'

it('a redriven row is under way in the ledger of its campaign, and no ledger is created if there is none', async () => {
  const cloud = await startCloud()
  const { deadLetterQueueUrl, requestQueueUrl } = cloud.queues
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-ledgers-'))
  const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
  const plan = planCampaign([{ where: 'line 2', fields: { ...fields, campaignId: 'kept' } }], {
    nowMs: systemClock.now(),
    ttlMs: 60_000,
  })
  if (!plan.ok) throw new Error(plan.faults.map(({ message }) => message).join('; '))
  const open = async () => createLedger(await openAppendLog(ledgerFile(folder, 'kept', requestQueueUrl)))
  await (await open()).append(...plan.rows.map((row) => ({ entry: 'row' as const, row })))
  for (const campaignId of ['kept', 'elsewhere'])
    await cloud.sqs.send(
      new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: JSON.stringify({ ...fields, campaignId }) }),
    )

  const order = {
    requestQueueUrl,
    selects: () => true,
    changes: { edits: [], renew: false },
    ttlMs: 60_000,
    dryRun: false,
    stop: new AbortController().signal,
  }
  const { redriven } = await redriveAndRecord({ sqs: cloud.sqs, deadLetterQueueUrl, clock: systemClock }, order, folder)
  expect(redriven.map(({ outcome }) => outcome)).toEqual(['sent', 'sent'])
  const ledger = await open()
  await ledger.catchUp()
  expect(ledger.outcomes.rows().map(({ outcome }) => outcome)).toEqual(['pending'])
  expect(readdirSync(folder)).toHaveLength(1)
  await cloud.stop()
})

it('a redrive that the ledger cannot record is reported as sent', async () => {
  const cloud = await startCloud()
  const { deadLetterQueueUrl, requestQueueUrl } = cloud.queues
  const state = mkdtempSync(join(tmpdir(), 'cen-attach-ledgers-'))
  // A ledger that no process can open, whoever runs it.
  mkdirSync(ledgerFile(join(state, 'cen-attach'), 'kept', requestQueueUrl), { recursive: true })
  const body = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', campaignId: 'kept' }
  await cloud.sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: JSON.stringify(body) }))
  const { code, out, err } = await run(['dlq', 'redrive', '--all', '--json'], { ...cloud.env, XDG_STATE_HOME: state })
  expect(JSON.parse(out)).toMatchObject({ selected: 1, sent: 1 })
  expect(err).toMatch(/^sent, but not recorded: .*, the ledger of kept, cannot be written: /)
  expect(code).toBe(0)
  expect(await cloud.left()).toBe(1)
  await cloud.stop()
})

it('a folder that cannot have ledgers is wrong use, with the option that names another', async () => {
  const cloud = await startCloud()
  const taken = join(mkdtempSync(join(tmpdir(), 'cen-attach-ledgers-')), 'a-file')
  writeFileSync(taken, '')
  for (const args of [
    ['watch', 'kept'],
    ['reconcile', '--past', 'kept'],
  ]) {
    const { code, err } = await run([...args, '--ledger', taken], { ...cloud.env, REQUEST_QUEUE_URL: '' })
    expect(err).toContain(`${taken}, the folder of the ledgers, cannot be read: the folder is a file`)
    expect(err).toContain('name another folder with --ledger or XDG_STATE_HOME')
    expect(code).toBe(2)
  }
  const { code, err } = await run(['watch', 'kept', '--ledger', taken], cloud.env)
  expect(err).toMatch(/the ledger of kept, cannot be written: the folder is a file/)
  expect(code).toBe(2)
  await cloud.stop()
})
