import { describe, expect, it } from 'vitest'
import { guardCell, unguardCell } from '../../lib/campaigns/csv-cells.js'
import { latestOf, recordRow, toRecord } from '../../lib/campaigns/record.js'
import { describeGrant, grantCall } from '../../lib/domain/grant-call.js'
import {
  type AttachmentResult,
  type Outcome,
  type ResultGrant,
  toResultGrant,
} from '../../lib/domain/messages/result.js'

const attachment = {
  cenId: 'cen-1',
  childInstanceId: 'vpc-1',
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
  childInstanceOwnerId: '1700000000000002',
} as const
const rows = [
  { where: 'line 2', request: { requestId: 'r-1', attachment }, submittedAtMs: 1_000 },
  { where: 'line 3', request: { requestId: 'r-2', attachment } },
]
const result = (outcome: Outcome, atMs: number, advice?: string, grant?: ResultGrant) => {
  const at = new Date(atMs).toISOString()
  const error = advice && { code: 'C', kind: 'not-granted', message: 'm', advice }
  const data = {
    requestId: 'r-1',
    outcome,
    adopted: false,
    receiveCount: 2,
    durationMs: 7,
    finishedAt: at,
    error,
    grant,
    attachment,
  }
  return { id: outcome, time: at, data } as unknown as AttachmentResult
}
const fold = (...results: AttachmentResult[]) =>
  toRecord(
    { campaignId: 'wave-1', startedAtMs: 900, nowMs: 9_000 },
    rows.map((row) => {
      const reported = results.filter(({ data }) => data.requestId === row.request.requestId)
      return recordRow(row, reported, latestOf(reported))
    }),
  )

describe('the record of a campaign', () => {
  it('has every row, also rows without a result', () => {
    expect(fold()).toEqual({
      campaignId: 'wave-1',
      startedAtMs: 900,
      finishedAtMs: 9_000,
      rows: [
        {
          line: 'line 2',
          requestId: 'r-1',
          attachment,
          submittedAtMs: 1_000,
          timeline: [{ atMs: 1_000, event: 'submitted' }],
        },
        { line: 'line 3', requestId: 'r-2', attachment, timeline: [] },
      ],
    })
  })

  it('has what the result shows of the attachment, and the plan of a dry run', () => {
    const details = { edition: 'enterprise', transitRouterId: 'tr-1', propagationRouteTableIds: [], vpcRoutes: 'none' }
    const plan = [{ operation: 'CreateTransitRouterVpcAttachment', parameters: { VpcId: 'vpc-1' } }]
    const one = result('preflight', 2_000)
    const [row] = fold({
      ...one,
      data: { ...one.data, ...details, would: 'attach', reasons: ['r'], plan },
    } as AttachmentResult).rows
    expect(row).toMatchObject({ details, preflight: { would: 'attach', reasons: ['r'], plan } })
    expect(row?.details).not.toHaveProperty('reasons')
    expect(fold(result('attached', 2_000)).rows[0]).not.toHaveProperty('details')
    const reasons = ['cn-a-b is left out: the VPC has no vSwitch there.']
    const attached = result('attached', 2_000)
    const left = fold({ ...attached, data: { ...attached.data, reasons } } as AttachmentResult).rows[0]
    expect(left).toMatchObject({ details: { reasons } })
    expect(left).not.toHaveProperty('preflight')
  })

  it('has the call that a parked row needs, and its command', () => {
    const call = toResultGrant(grantCall(attachment, '1688000000000001'))
    const [row] = fold(result('grant-required', 2_000, describeGrant(call), call)).rows
    expect(row?.grant?.ownerId).toBe('1700000000000002')
    expect(row?.grant?.sentence).toMatch(/^Account 1700000000000002 must call GrantInstanceToCen/)
    expect(row?.grant?.command).toMatch(/^aliyun vpc GrantInstanceToCen .*--CenOwnerId 1688000000000001 --region \S+$/)
  })

  it('keeps the final result of a row whatever comes later, and has each event once', () => {
    const parked = result('grant-required', 2_000, 'x')
    const [row] = fold(parked, parked, result('attached', 5_000), parked).rows
    expect(row).toMatchObject({ outcome: 'attached', finishedAtMs: 5_000, durationMs: 7, receiveCount: 2 })
    expect(row?.grant).toBeUndefined()
    expect(row?.timeline.map(({ event }) => event)).toEqual(['submitted', 'grant-required', 'attached'])
  })
})

describe('a guarded cell', () => {
  it.each(['=1+1', '+1', '-1', '@a', '＝1', '＋1', '－1', '＠a', '\tx', '\nx', "'=x", 'plain', "it's", "'plain"])(
    'reads as before: %j',
    (text) => {
      expect(guardCell(text)).not.toMatch(/^[=+\-@＝＋－＠\t\r\n]/)
      expect(unguardCell(guardCell(text))).toBe(text)
    },
  )
})
