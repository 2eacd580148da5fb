import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPORT_COLUMNS } from '../../../lib/campaigns/csv-cells.js'
import { planCampaign } from '../../../lib/campaigns/plan.js'
import { readRows } from '../../../lib/campaigns/read-rows.js'
import type { CampaignRecord, RecordedRow } from '../../../lib/campaigns/record.js'
import { reportCsv } from '../../../lib/campaigns/reports/csv.js'
import { sampleRecord } from '../../support/console/sample-record.js'

/** Texts that a spreadsheet, a CSV reader or a shell would interpret. */
const nasty = fc.oneof(
  fc.constantFrom(
    '=1+1',
    '+1',
    '-1',
    '@a',
    '\ta',
    '\ra',
    "'=1",
    "''@x",
    '"',
    '""',
    ',',
    ';',
    'a\nb',
    'a\r\nb',
    ' a ',
    '\u00a0a',
    "'",
    '﻿a',
    'true',
  ),
  fc.string({ maxLength: 40, unit: 'grapheme' }),
)
const row = fc.record({ correlationId: nasty, message: nasty, advice: nasty, index: fc.nat(9_999) }).map(
  ({ correlationId, message, advice, index }): RecordedRow => ({
    line: `line ${index}`,
    requestId: `r-${index}`,
    correlationId,
    attachment: {
      cenId: 'cen-1',
      childInstanceId: `vpc-${index}`,
      childInstanceType: 'VPC',
      childInstanceRegionId: 'cn-hangzhou',
      childInstanceOwnerId: '1688000000000002',
    },
    submittedAtMs: 1,
    outcome: 'failed',
    adopted: false,
    error: { code: '=cmd', kind: 'rejected', message, advice },
    finishedAtMs: 2,
    durationMs: 1,
    receiveCount: 1,
    timeline: [],
  }),
)

const cells = (csv: string): string[][] => parse(csv, { bom: true })

describe('the CSV of a report', () => {
  it('gives the same requests when it is submitted again, whatever its texts are', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const csv = reportCsv({ campaignId: 'wave-3', startedAtMs: 0, finishedAtMs: 2, rows })
        const reading = readRows(csv)
        expect(reading.faults).toEqual([])
        const plan = planCampaign(reading.rows, { nowMs: 0, ttlMs: 1_000 })
        if (!plan.ok) throw new Error(JSON.stringify(plan.faults))
        expect(
          plan.rows.map(({ request: { requestId, correlationId, campaignId, attachment } }) => ({
            requestId,
            correlationId: correlationId ?? '',
            campaignId,
            attachment,
          })),
        ).toEqual(
          rows.map(({ requestId, correlationId, attachment }) => ({
            requestId,
            correlationId,
            campaignId: 'wave-3',
            attachment,
          })),
        )
      }),
    )
  })

  it('has no cell that a spreadsheet reads as a formula', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const [, ...lines] = cells(reportCsv({ startedAtMs: 0, finishedAtMs: 2, rows }))
        expect(lines.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
      }),
    )
  })

  it('has the outcome of every row', () => {
    const record: CampaignRecord = sampleRecord(200)
    const [names = [], ...lines] = cells(reportCsv(record))
    expect(names.slice(-REPORT_COLUMNS.length)).toEqual([...REPORT_COLUMNS])
    const outcomes = lines.map((line) => line[names.indexOf('outcome')])
    expect(outcomes).toEqual(record.rows.map(({ outcome }) => outcome ?? 'pending'))
    const parked = record.rows.findIndex(({ grant }) => grant !== undefined)
    expect(lines[parked]?.[names.indexOf('grantCommand')]).toBe(record.rows[parked]?.grant?.command)
  })

  it('has what was read of the attachment, beside what was asked for', () => {
    const details = {
      edition: 'enterprise',
      transitRouterId: 'tr-1',
      zoneMappings: [{ zoneId: 'cn-a-a', vSwitchId: 'vsw-1' }],
      propagationRouteTableIds: [],
      vpcRoutes: ['10.0.0.0/8', '172.16.0.0/12'],
    } as const
    const call = { operation: 'DeleteTransitRouterVpcAttachment', parameters: {} }
    const rows = sampleRecord(1).rows.map((one) => ({
      ...one,
      action: 'detach' as const,
      details,
      preflight: { would: 'detach' as const, reasons: ['in use'], plan: [{ ...call, operation: 'First' }, call] },
    }))
    const reasons = ['cn-a-b is left out.', 'cn-a-c is left out.']
    const attached = sampleRecord(1).rows.map((one) => ({ ...one, details: { ...details, reasons } }))
    const reasonsOf = (some: readonly RecordedRow[]) => {
      const [head = [], first = []] = cells(reportCsv({ startedAtMs: 0, finishedAtMs: 2, rows: some }))
      return first[head.indexOf('reasons')]
    }
    expect([rows, attached].map(reasonsOf)).toEqual(['in use', 'cn-a-b is left out.; cn-a-c is left out.'])
    const [names = [], line = []] = cells(reportCsv({ startedAtMs: 0, finishedAtMs: 2, rows }))
    const cell = (name: string) => line[names.indexOf(name)]
    expect(['action', 'edition', 'transitRouterId', 'zones', 'propagation', 'routes', 'plan'].map(cell)).toEqual([
      ...['detach', 'enterprise', 'tr-1', 'cn-a-a=vsw-1', 'none', '10.0.0.0/8 172.16.0.0/12'],
      'First; DeleteTransitRouterVpcAttachment',
    ])
    expect(['zoneMappings', 'association'].map(cell)).toEqual(['', ''])
  })

  it('gives action, zones and routing again', () => {
    const attachment = {
      cenId: 'cen-1',
      childInstanceId: 'vpc-1',
      childInstanceType: 'VPC',
      childInstanceRegionId: 'cn-a',
    } as const
    const base = { line: 'line 2', requestId: 'r', attachment, timeline: [] }
    const options = {
      zoneMappings: [
        { zoneId: 'cn-a-a', vSwitchId: 'vsw-1' },
        { zoneId: 'cn-a-b', vSwitchId: 'vsw-2' },
      ],
      associationRouteTableId: 'none',
      propagationRouteTableIds: ['vtb-1', 'vtb-2'],
      vpcRoutes: 'published',
    } as const
    const rows: RecordedRow[] = [
      { ...base, options },
      { ...base, action: 'detach', revokeGrant: true },
    ]
    const plan = planCampaign(readRows(reportCsv({ startedAtMs: 0, finishedAtMs: 2, rows })).rows, {
      nowMs: 0,
      ttlMs: 1,
    })
    if (!plan.ok) throw new Error(JSON.stringify(plan.faults))
    expect(
      plan.rows.map(({ request: { action, options, revokeGrant } }) => ({ action, options, revokeGrant })),
    ).toEqual([
      { action: 'attach', options, revokeGrant: false },
      { action: 'detach', options: {}, revokeGrant: true },
    ])
  })
})
