/** A redrive and the ledger of its campaign, on a real queue. */
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, it } from 'vitest'
import { ledgerFile } from '../../functions/wiring/ledger-file.js'
import { redriveRows } from '../../functions/wiring/redriven-rows.js'
import { createLedger } from '../../lib/campaign/ledger.js'
import { openJournal } from '../../lib/host/journal-file.js'
import { systemClock } from '../../lib/host/system-clock.js'
import { planOnboarding } from '../../lib/onboarding-plan.js'
import { startCloud } from '../support/cloud.js'

it('a redriven row is under way in the ledger of its campaign, and no ledger is made where there is none', async () => {
  const cloud = await startCloud()
  const { deadLetterQueueUrl, requestQueueUrl } = cloud.queues
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-ledgers-'))
  const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
  const plan = planOnboarding([{ where: 'line 2', fields: { ...fields, campaignId: 'kept' } }], {
    nowMs: systemClock.now(),
    ttlMs: 60_000,
  })
  if (!plan.ok) throw new Error(plan.faults.map(({ message }) => message).join('; '))
  const open = async () => createLedger(await openJournal(ledgerFile(folder, 'kept', requestQueueUrl)))
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
  const { redriven } = await redriveRows({ sqs: cloud.sqs, deadLetterQueueUrl, clock: systemClock }, order, folder)
  expect(redriven.map(({ outcome }) => outcome)).toEqual(['sent', 'sent'])
  const ledger = await open()
  await ledger.catchUp()
  expect(ledger.outcomes.rows().map(({ outcome }) => outcome)).toEqual(['pending'])
  expect(readdirSync(folder)).toHaveLength(1)
  await cloud.stop()
})
