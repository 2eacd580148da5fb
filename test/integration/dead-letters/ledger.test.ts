/** A redrive and the ledger of its campaign, on a real queue. */
import { mkdtempSync, readdirSync } from 'node:fs'
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
