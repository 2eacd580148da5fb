import { describe, expect, it } from 'vitest'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { readRows } from '../../lib/campaigns/read-rows.js'

const HEADER = 'cenId,childInstanceId,childInstanceRegionId'
const rows = (text: string) => {
  const reading = readRows(text)
  if (reading.faults.length > 0) throw new Error(JSON.stringify(reading.faults))
  return reading.rows
}
const faults = (text: string) => {
  const reading = readRows(text)
  const plan = planCampaign(reading.rows, { nowMs: 0, ttlMs: 1_000 })
  return [...reading.faults, ...(plan.ok ? [] : plan.faults)].map(({ where, path }) => `${where} ${path}`)
}
const one = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }

describe('rows of a file', () => {
  it.each([
    ['CSV', `${HEADER}\ncen-1,vpc-1,cn-hangzhou\n`],
    ['CSV with CRLF', `${HEADER}\r\ncen-1,vpc-1,cn-hangzhou\r\n`],
    ['CSV with semicolons', `${HEADER.replaceAll(',', ';')}\ncen-1;vpc-1;cn-hangzhou`],
    ['CSV with tabs', `${HEADER.replaceAll(',', '\t')}\ncen-1\tvpc-1\tcn-hangzhou`],
    ['quoted CSV', `${HEADER}\n"cen-1","vpc-1","cn-hangzhou"\n`],
    ['CSV with an empty column', `${HEADER},childInstanceOwnerId\ncen-1,vpc-1,cn-hangzhou,\n`],
    ['a JSON array', JSON.stringify([one])],
    ['JSON Lines', `${JSON.stringify(one)}\n`],
    ['an object', JSON.stringify(one, null, 2)],
  ])('are read from %s', (_name, text) => {
    expect(rows(text).map(({ fields }) => fields)).toEqual([one])
  })

  it('have their line numbers, with quoted line breaks and empty lines', () => {
    const text = `${HEADER},correlationId\n\ncen-1,vpc-1,cn-hangzhou,"two\nlines"\ncen-1,vpc-2,cn-hangzhou,x\n`
    expect(rows(text).map(({ where }) => where)).toEqual(['line 3', 'line 5'])
  })

  it('are reported with all their faults at once', () => {
    const text = `${HEADER}\ncen-1,vpc-1,cn-hangzhou\nx,vpc-2,cn-hangzhou\ncen-1,y,z!\n`
    expect(faults(text)).toEqual(['line 3 cenId', 'line 4 childInstanceId', 'line 4 childInstanceRegionId'])
  })

  it.each([
    ['too many cells', `${HEADER}\ncen-1,vpc-1,cn-hangzhou,more\n`, ['line 2 $']],
    ['an unknown column', `${HEADER},colour\ncen-1,vpc-1,cn-hangzhou,red\n`, ['line 1 $']],
    ['an open quote', `${HEADER}\n"cen-1,vpc-1,cn-hangzhou\n`, ['the file $']],
    ['a header alone', `${HEADER}\n`, ['the file $']],
    ['nothing', '', ['the file $']],
    ['a broken JSON line', `${JSON.stringify(one)}\n{"cenId":\n`, ['line 2 $']],
    ['a broken JSON line and a bad one', `{"cenId":\n${JSON.stringify({ ...one, x: 1 })}\n`, ['line 1 $', 'line 2 x']],
    ['items that are not objects', '[1, null]', ['item 1 $', 'item 2 $']],
    ['broken JSON', '[{]', ['the file $']],
  ])('are refused: %s', (_name, text, expected) => {
    expect(faults(text)).toEqual(expected)
  })

  it('get the action if they have none, and are refused with fields of the other action', () => {
    const text = `${HEADER},action,vpcRoutes\ncen-1,vpc-1,cn-hangzhou,,\ncen-1,vpc-2,cn-hangzhou,attach,none\n`
    const plan = planCampaign(rows(text), { nowMs: 0, ttlMs: 1_000, action: 'detach' })
    if (!plan.ok) throw new Error('reads')
    expect(plan.rows.map(({ request, body }) => [request.action, JSON.parse(body).action])).toEqual([
      ['detach', 'detach'],
      ['attach', 'attach'],
    ])
    const other = planCampaign(rows(text.replace(',attach,none', ',,none')), {
      nowMs: 0,
      ttlMs: 1_000,
      action: 'detach',
    })
    expect(other.ok ? [] : other.faults).toMatchObject([{ where: 'line 3', path: 'vpcRoutes', column: 5 }])
  })

  it('get the campaign id if they have none', () => {
    const plan = planCampaign(rows(JSON.stringify([one, { ...one, campaignId: 'own' }])), {
      nowMs: 0,
      ttlMs: 1_000,
      campaignId: 'wave',
    })
    expect(plan.ok && plan.rows.map(({ request }) => request.campaignId)).toEqual(['wave', 'own'])
  })
})

describe('a CSV', () => {
  it('reports a fault with its column, too', () => {
    const plan = planCampaign(rows(`childInstanceId;cenId;childInstanceRegionId\nvpc-1;x;cn-hangzhou\n`), {
      nowMs: 0,
      ttlMs: 1_000,
    })
    expect(!plan.ok && plan.faults).toMatchObject([{ where: 'line 2', path: 'cenId', column: 2 }])
  })

  it('without a required column has one fault, not one for every row', () => {
    expect(readRows('cenId,childInstanceId\ncen-1,vpc-1\ncen-1,vpc-2\n').faults).toMatchObject([
      { where: 'line 1', message: 'there is no column childInstanceRegionId' },
    ])
  })

  it('of a report gives the requests again, without the columns of the report', () => {
    const text = `line,${HEADER},correlationId,outcome,advice\nline 2,cen-1,vpc-1,cn-hangzhou,'=x,failed,"do, this"\n`
    expect(rows(text).map(({ fields }) => fields)).toEqual([{ ...one, correlationId: '=x' }])
  })

  it('gives lists by spaces, zone mappings as zoneId=vSwitchId, and words as they are', () => {
    const header = `action,${HEADER},ZoneMappings,propagationRouteTableIds,vpcRoutes,revokeGrant`
    const text = `${header}\n,cen-1,vpc-1,cn-hangzhou,cn-h-a=vsw-1  cn-h-b=vsw-2,vtb-1,10.0.0.0/8 10.1.0.0/16,\ndetach,cen-1,vpc-1,cn-hangzhou,,,,TRUE\nattach,cen-1,vpc-1,cn-hangzhou,,none,published,\n`
    expect(rows(text).map(({ fields }) => fields)).toEqual([
      {
        ...one,
        ZoneMappings: [
          { zoneId: 'cn-h-a', vSwitchId: 'vsw-1' },
          { zoneId: 'cn-h-b', vSwitchId: 'vsw-2' },
        ],
        propagationRouteTableIds: ['vtb-1'],
        vpcRoutes: ['10.0.0.0/8', '10.1.0.0/16'],
      },
      { ...one, action: 'detach', revokeGrant: true },
      { ...one, action: 'attach', propagationRouteTableIds: 'none', vpcRoutes: 'published' },
    ])
  })

  it('refuses a header that has a field twice: the last column would silently win', () => {
    const text = `${HEADER},action,cenId,action\ncen-1,vpc-1,cn-hangzhou,attach,cen-2,detach\n`
    expect(readRows(text)).toEqual({
      rows: [],
      faults: [
        { where: 'line 1', path: '$', message: 'column 5, "cenId", is column 1 again' },
        { where: 'line 1', path: '$', message: 'column 6, "action", is column 4 again' },
      ],
    })
    expect(faults(`line,${HEADER},line\n,cen-1,vpc-1,cn-hangzhou,\n`)).toEqual([])
  })

  it('gives no column to a field of an object, whatever its name', () => {
    const plan = planCampaign(rows(JSON.stringify([{ ...one, constructor: 1 }])), { nowMs: 0, ttlMs: 1_000 })
    expect(!plan.ok && plan.faults).toEqual([
      { where: 'item 1', path: 'constructor', message: 'is not a field of a request' },
    ])
  })

  it('reports a fault inside a list with the column of the list', () => {
    const plan = planCampaign(rows(`${HEADER},zoneMappings\ncen-1,vpc-1,cn-hangzhou,cn-h-a=vsw-1 cn-h-b\n`), {
      nowMs: 0,
      ttlMs: 1_000,
    })
    expect(!plan.ok && plan.faults).toEqual([
      { where: 'line 2', path: 'zoneMappings[1].vSwitchId', message: 'is required', column: 4 },
    ])
  })
})
