import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type RecordedRow, recordRow } from '../../../lib/campaigns/record.js'
import { dryRunText, dryRunTotals } from '../../../lib/campaigns/reports/dry-run-text.js'
import type { Verdict } from '../../../lib/domain/messages/result.js'

const plain = (_outcome: string, text: string) => text
const attachment = {
  cenId: 'cen-1',
  childInstanceId: 'vpc-1',
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-a',
} as const
const row = (fields: Partial<RecordedRow>): RecordedRow => ({
  line: 'line 2',
  requestId: 'r',
  attachment,
  timeline: [],
  ...fields,
})
const would = (would: Verdict['would'], operations: readonly string[] = [], fields: Partial<RecordedRow> = {}) =>
  row({
    outcome: 'preflight',
    preflight: { would, reasons: [], plan: operations.map((operation) => ({ operation, parameters: {} })) },
    ...fields,
  })

describe('the text of a dry run', () => {
  it('has the calls in order with their parameters, what was chosen, and why a zone is left out', () => {
    const result = JSON.parse(readFileSync('events/examples/result.preflight.plan.json', 'utf8'))
    const { requestId, attachment } = result.data
    const recorded = recordRow({ where: 'line 7', request: { requestId, attachment } }, [result], result)
    const text = dryRunText([recorded], plain)
    expect(text.split('\n').slice(0, 9)).toEqual([
      '+ attach vpc-bp18sth14qii3pnvoabcd to cen-7qthudw0ll6jmxabcd  (line 7, cn-hangzhou, account 1688000000000002)',
      '    1. CreateTransitRouterVpcAttachment',
      '         RegionId = cn-hangzhou',
      '         TransitRouterId = tr-bp1c4k2o9vdx7abcd',
      '         VpcId = vpc-bp18sth14qii3pnvoabcd',
      '         VpcOwnerId = 1688000000000002',
      '         ZoneMappings = [cn-hangzhou-h=vsw-bp1f7n0q2habcd, cn-hangzhou-i=vsw-bp1k3m8d5iabcd]',
      '    2. AssociateTransitRouterAttachmentWithRouteTable',
      '         TransitRouterRouteTableId = vtb-bp1g8w3n5abcd',
    ])
    expect(text.match(/^ {4}\d\. \w+/gm)).toHaveLength(6)
    expect(text.split('\n').slice(-4)).toEqual([
      '    edition: enterprise',
      '    router: tr-bp1c4k2o9vdx7abcd',
      '    zones: cn-hangzhou-h=vsw-bp1f7n0q2habcd cn-hangzhou-i=vsw-bp1k3m8d5iabcd',
      '    Zone cn-hangzhou-j is left out: the VPC has no vSwitch there.',
    ])
  })

  it.each<[string, RecordedRow]>([
    ['+ attach vpc-1 to cen-1', would('attach')],
    ['+ attach vpc-1 to cen-1', would('attach', ['CreateTransitRouter', 'CreateTransitRouterVpcAttachment'])],
    ['+ attach vpc-1 to cen-1', would('attach', ['AttachCenChildInstance'])],
    ['~ route vpc-1 in cen-1', would('attach', ['EnableTransitRouterRouteTablePropagation'])],
    ['- detach vpc-1 from cen-1', would('detach', ['DetachCenChildInstance'], { action: 'detach' })],
    ['= leave vpc-1 as it is for cen-1', would('adopt')],
    ['? wait for a grant of vpc-1 for cen-1', would('wait-for-grant')],
    ['! refuse vpc-1 for cen-1', would('refuse')],
    [
      '! fail with vpc-1 for cen-1',
      row({ outcome: 'failed', error: { code: 'C', kind: 'k', message: 'm', advice: 'a' } }),
    ],
    ['… no answer for vpc-1 in cen-1', row({ submittedAtMs: 1 })],
  ])('marks each row by what would be done: %s', (head, one) => {
    expect(dryRunText([one], plain).split('\n')[0]).toBe(`${head}  (line 2, cn-a)`)
  })

  it('names every blocker of a refusal', () => {
    const reasons = ['rte-1 blocks it: DeleteTransitRouterRouteEntry …', 'fl-1 blocks it: DeleteFlowlog …']
    const plan = [{ operation: 'DeleteTransitRouterVpcAttachment', parameters: {} }]
    const refused = row({ action: 'detach', outcome: 'preflight', preflight: { would: 'refuse', reasons, plan } })
    expect(dryRunText([refused], plain).split('\n').slice(1)).toEqual(reasons.map((reason) => `    ${reason}`))
  })

  it('has a line of counts', () => {
    const rows = [would('attach'), would('attach', ['EnableX']), would('detach'), would('adopt'), would('refuse')]
    expect(dryRunTotals(rows)).toBe('5 rows: 1 to attach, 1 to route, 1 to detach, 1 already so, 1 refused')
    expect(dryRunTotals([would('attach')])).toBe('1 row: 1 to attach, 0 to detach, 0 already so, 0 refused')
  })
})
