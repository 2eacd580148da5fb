import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { planCampaign } from '../../../lib/campaigns/plan.js'
import { readRecord, reportJson } from '../../../lib/campaigns/reports/json.js'
import { trackSentRows } from '../../support/console/follow-outcomes.js'
import { sampleRecord } from '../../support/console/sample-record.js'
import { createSim, request } from '../../support/sim/sim.js'

const ajv = new Ajv2020({ allErrors: true, strict: true })
const isReport = ajv.compile(JSON.parse(readFileSync('events/campaign-report.schema.json', 'utf8')))

describe('the JSON of a report', () => {
  it('is the record, valid by its schema, and reads as before', () => {
    const record = sampleRecord(300)
    const text = reportJson(record)
    isReport(JSON.parse(text))
    expect(isReport.errors ?? []).toEqual([])
    expect(readRecord(text)).toEqual({ ok: true, record })
  })

  it('has what was read of an attachment, and the plan of a dry run', () => {
    const details = {
      edition: 'enterprise',
      transitRouterId: 'tr-1',
      transitRouterAttachmentId: 'tr-attach-1',
      zoneMappings: [{ zoneId: 'cn-a-a', vSwitchId: 'vsw-1' }],
      associationRouteTableId: 'none',
      propagationRouteTableIds: ['vtb-1'],
      vpcRoutes: ['10.0.0.0/8'],
      reasons: ['cn-a-b is left out: the VPC has no vSwitch there.'],
    } as const
    const parameters = { ZoneMappings: [{ ZoneId: 'cn-a-a', VSwitchId: 'vsw-1' }], RegionId: 'cn-a' }
    const plan = [{ operation: 'CreateTransitRouterVpcAttachment', parameters }]
    const rows = sampleRecord(1).rows.map((one) => ({
      ...one,
      details,
      preflight: { would: 'attach' as const, reasons: ['r'], plan },
    }))
    const record = { startedAtMs: 0, finishedAtMs: 1, rows }
    const text = reportJson(record)
    isReport(JSON.parse(text))
    expect(isReport.errors ?? []).toEqual([])
    expect(readRecord(text)).toEqual({ ok: true, record })
  })

  it('has exactly the fields that results of the worker give', async () => {
    const sim = createSim({
      world: {
        grantsMissing: [{ childInstanceId: 'vpc-f' }],
        attached: [{ cenId: 'cen-9', childInstanceId: 'vpc-t' }],
      },
    })
    const owned = { childInstanceId: 'vpc-f', childInstanceOwnerId: '1700000000000002', correlationId: 'x' }
    const bodies = [request(), request({ childInstanceId: 'vpc-t' }), request(owned)]
    for (const body of bodies) sim.queue.send(body)
    await sim.run({ done: () => sim.results.length >= 3 })
    const fields = bodies.map((body, index) => ({ where: `line ${index + 2}`, fields: JSON.parse(body) }))
    const plan = planCampaign(fields, { nowMs: 0, ttlMs: 1_000 })
    if (!plan.ok) throw new Error('reads')
    const outcomes = trackSentRows(plan.rows)
    for (const result of sim.results) outcomes.addResult(result)
    const record = outcomes.record({ campaignId: 'c', startedAtMs: 0, nowMs: 1 })
    expect(record.rows.map(({ outcome }) => outcome)).toEqual(['attached', 'failed', 'grant-required'])
    const text = reportJson(record)
    isReport(JSON.parse(text))
    expect(isReport.errors ?? []).toEqual([])
    expect(readRecord(text)).toMatchObject({ ok: true })
  })

  const [row] = sampleRecord(1).rows
  const good = { startedAtMs: 0, finishedAtMs: 1, rows: [row] }
  it.each<[string, unknown, string]>([
    ['no rows', { startedAtMs: 0, finishedAtMs: 1 }, 'rows'],
    ['an unknown field', { ...good, x: 1 }, 'x'],
    ['a time that is no number', { ...good, startedAtMs: '2026' }, 'startedAtMs'],
    ['a time beyond all dates', { ...good, startedAtMs: 9e15 }, 'startedAtMs'],
    ['an unknown outcome', { ...good, rows: [{ ...row, outcome: 'done' }] }, 'rows.0.outcome'],
    ['a negative duration', { ...good, rows: [{ ...row, durationMs: -1 }] }, 'rows.0.durationMs'],
    [
      'an unknown event',
      { ...good, rows: [{ ...row, timeline: [{ atMs: 1, event: 'x' }] }] },
      'rows.0.timeline.0.event',
    ],
    ['no object', 'text', '$'],
  ])('is refused by schema and reader alike: %s', (_name, value, path) => {
    expect(isReport(value)).toBe(false)
    const reading = readRecord(JSON.stringify(value))
    expect(reading.ok ? [] : reading.faults.map((fault) => fault.split(':')[0])).toContain(path)
  })

  it('is refused if it is not JSON', () => {
    expect(readRecord('x')).toMatchObject({ ok: false, faults: [expect.stringContaining('is not JSON')] })
  })
})
