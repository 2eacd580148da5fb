import { describe, expect, it } from 'vitest'
import { findDrift, findUnlisted, type ListedAttachment, toDetachFields } from '../../lib/campaigns/drift.js'
import { planCampaign } from '../../lib/campaigns/plan.js'

const plan = (...rows: object[]) => {
  const base = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-a' }
  const planned = planCampaign(
    rows.map((fields, index) => ({ where: `line ${index + 2}`, fields: { ...base, ...fields } })),
    { nowMs: 0, ttlMs: 1_000 },
  )
  if (!planned.ok) throw new Error(JSON.stringify(planned.faults))
  return [...planned.rows]
}
const entry = (childInstanceId: string, fields: Partial<ListedAttachment> = {}): ListedAttachment => ({
  cenId: 'cen-1',
  childInstanceId,
  type: 'VPC',
  regionId: 'cn-a',
  ownerId: '1700000000000002',
  status: 'attached',
  ...fields,
})

describe('drift', () => {
  it.each<[string, object, ListedAttachment[], object]>([
    ['attached', {}, [entry('vpc-1')], {}],
    ['under-way', {}, [entry('vpc-1', { status: 'attaching' })], {}],
    ['missing', {}, [], {}],
    ['elsewhere', {}, [entry('vpc-1', { cenId: 'cen-2' })], { foundIn: 'cen-2' }],
    // A network may be in several CENs on Enterprise Edition.
    ['missing', {}, [entry('vpc-1', { cenId: 'cen-2', edition: 'enterprise' })], {}],
    ['detached', { action: 'detach' }, [], {}],
    ['detached', { action: 'detach' }, [entry('vpc-1', { cenId: 'cen-2' })], {}],
    ['still-attached', { action: 'detach' }, [entry('vpc-1')], {}],
    ['under-way', { action: 'detach' }, [entry('vpc-1', { status: 'detaching' })], {}],
  ])('of a row is %s', (standing, fields, listed, more) => {
    const [row] = findDrift(plan(fields), listed)
    expect(row).toMatchObject({ standing, where: 'line 2', ...more })
  })

  it.each<[string | undefined, Partial<ListedAttachment>]>([
    [undefined, {}],
    [undefined, { type: 'VBR', edition: 'enterprise' }],
    ['is of type VPN', { type: 'VPN' }],
    ['is of type unknown', { type: undefined }],
    ['is managed by CloudFirewall', { managedService: 'CloudFirewall' }],
    ['is detaching', { status: 'detaching' }],
    ['its region or owner could not be read', { regionId: undefined }],
    ['its region or owner could not be read', { ownerId: undefined }],
  ])('that is in no row is kept since it %s', (kept, fields) => {
    const rows = plan({})
    const listed = [entry('vpc-1'), entry('vpc-9', fields), entry('vpc-8', { cenId: 'cen-of-no-row' })]
    expect(findUnlisted(rows, listed)).toEqual([{ entry: listed[1], ...(kept !== undefined && { kept }) }])
    expect(findDrift(rows, listed)[1]).toMatchObject({ standing: 'unlisted', childInstanceId: 'vpc-9' })
  })

  it('never prunes a network that a row names for another CEN', () => {
    const rows = plan({}, { cenId: 'cen-2', childInstanceId: 'vpc-2' })
    const [unlisted] = findUnlisted(rows, [entry('vpc-2')])
    expect(unlisted?.kept).toBe('line 3 names it for another CEN')
  })

  it('gives requests that detach, with the owner if it is another account', () => {
    const fields = toDetachFields([entry('vpc-1'), entry('vpc-2', { ownerId: '1' })], '1')
    const rows = plan(...fields.map((one) => one.fields))
    expect(rows.map(({ request }) => [request.action, request.attachment.childInstanceOwnerId])).toEqual([
      ['detach', '1700000000000002'],
      ['detach', undefined],
    ])
  })
})
