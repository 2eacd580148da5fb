import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { fromLambdaRecord } from '../../lib/aws/sqs-message.js'
import { planCampaign } from '../../lib/campaigns/plan.js'
import { readRows } from '../../lib/campaigns/read-rows.js'
import { byteLength } from '../../lib/domain/digest.js'
import { REPORTED_KINDS } from '../../lib/domain/error-codes.js'
import { commandOf, describeGrant, type GrantCall } from '../../lib/domain/grant-call.js'
import { parseRequest } from '../../lib/domain/messages/request.js'
import { FIELD_NAMES } from '../../lib/domain/messages/request-schema.js'
import { MAX_RESULT_BYTES, RESULT_TYPES } from '../../lib/domain/messages/result.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { createSim, request } from '../support/sim/sim.js'

const text = (name: string) => readFileSync(`events/${name}`, 'utf8')
const json = (name: string) => JSON.parse(text(name))
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false })
addFormats.default(ajv)
const isRequest = ajv.compile(json('attachment-request.schema.json'))
const isResult = ajv.compile(json('attachment-result.schema.json'))
const isCloudEvent = ajv.compile(JSON.parse(readFileSync('test/support/cloud-event.schema.json', 'utf8')))

const SENT_AT = Date.parse('2026-11-25T12:00:00Z')
const reads = (value: unknown) => parseRequest(JSON.stringify(value), { sentAtMs: SENT_AT, ttlMs: 1_000 }).ok

const results = readdirSync('events/examples').filter((name) => name.startsWith('result.'))

describe('the wire', () => {
  it.each(results)('%s is a result by schema and by the rules of CloudEvents', (name) => {
    const example = json(`examples/${name}`)
    isResult(example)
    expect(isResult.errors ?? []).toEqual([])
    isCloudEvent(example)
    expect(isCloudEvent.errors ?? []).toEqual([])
    expect(byteLength(text(`examples/${name}`))).toBeLessThan(MAX_RESULT_BYTES)
  })

  it.each<[string, object]>([
    ['an id that is empty', { id: '' }],
    ['another version', { specversion: '0.3' }],
    ['no type', { type: undefined }],
    ['a source that is no reference', { source: 'a b' }],
    ['a time that is none', { time: '2026-11-25' }],
    ['an attribute in capitals', { traceParent: 'x' }],
    ['an attribute that is an object', { trace: {} }],
    ['data twice', { data_base64: 'e30=' }],
  ])('the rules of CloudEvents refuse %s', (_name, change) => {
    const [first = ''] = results
    expect(isCloudEvent(JSON.parse(JSON.stringify({ ...json(`examples/${first}`), ...change })))).toBe(false)
  })

  it('has the grant calls of its examples as the code writes them', () => {
    const examples = results.map((name) => text(`examples/${name}`))
    const calls = examples.flatMap((example): GrantCall[] => JSON.parse(example).data.grant ?? [])
    const written = [...calls.map(commandOf), ...calls.map(describeGrant)].map((line) => JSON.stringify(line))
    expect(calls.length).toBeGreaterThan(1)
    expect(written.filter((line) => !examples.join().includes(line))).toEqual([])
  })

  it('has an example of every result type', () => {
    const shown = new Set(results.map((name) => json(`examples/${name}`).type))
    expect([...shown].sort()).toEqual(Object.values(RESULT_TYPES).sort())
  })

  it('schema and worker agree on what a result is', async () => {
    const sim = createSim({
      world: {
        grantsMissing: [{ childInstanceId: 'vpc-f' }],
        attached: [{ cenId: 'cen-9', childInstanceId: 'vpc-t' }],
      },
    })
    for (const body of ['not json', '{}', request(), request({ childInstanceId: 'vpc-t' })]) sim.queue.send(body)
    sim.queue.send(
      request({
        childInstanceId: 'vpc-f',
        childInstanceOwnerId: '1700000000000002',
        campaignId: 'c',
        correlationId: 'x',
      }),
    )
    await sim.run({ done: () => sim.results.length >= 5 })
    expect(sim.results.map(({ data }) => data.outcome).sort()).toEqual([
      'attached',
      'failed',
      'failed',
      'failed',
      'grant-required',
    ])
    for (const result of sim.results) {
      isResult(JSON.parse(JSON.stringify(result)))
      expect(isResult.errors ?? []).toEqual([])
    }
  })

  it.each(['request.json', 'request.api-spelling.json', 'eventbridge.json'])(
    'examples/%s is read by the parser',
    (name) => {
      expect(parseRequest(text(`examples/${name}`), { sentAtMs: SENT_AT, ttlMs: 1_000 })).toMatchObject({ ok: true })
    },
  )

  it.each(['request', 'request.detach', 'request.enterprise'])('the example %s is a request by schema', (name) => {
    isRequest(json(`examples/${name}.json`))
    expect(isRequest.errors ?? []).toEqual([])
    expect(reads(json(`examples/${name}.json`))).toBe(true)
  })

  it('the schemas name the fields and kinds that the code knows', () => {
    expect(Object.keys(json('attachment-request.schema.json').properties)).toEqual(FIELD_NAMES)
    expect(json('attachment-result.schema.json').properties.data.properties.error.properties.kind.enum).toEqual(
      REPORTED_KINDS,
    )
  })

  const good = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
  it.each<[string, Record<string, unknown>]>([
    ['good', good],
    ['missing', { cenId: 'cen-1' }],
    ['unknown field', { ...good, x: 1 }],
    ['owner text', { ...good, childInstanceOwnerId: '1688' }],
    ['owner number', { ...good, childInstanceOwnerId: 1688 }],
    ['owner too large', { ...good, childInstanceOwnerId: 2 ** 53 }],
    ['owner negative', { ...good, childInstanceOwnerId: -1 }],
    ['owner fraction', { ...good, childInstanceOwnerId: 1.5 }],
    ['owner with a zero before', { ...good, childInstanceOwnerId: '0168' }],
    ['owner too long', { ...good, childInstanceOwnerId: '1'.repeat(21) }],
    ['owner empty', { ...good, childInstanceOwnerId: '' }],
    ['id with space', { ...good, childInstanceId: 'vpc-1 2' }],
    ['id with line end', { ...good, childInstanceId: 'vpc-1\n' }],
    ['region', { ...good, childInstanceRegionId: 'Hangzhou' }],
    ['request id', { ...good, requestId: 'a b' }],
    ['correlation id', { ...good, correlationId: 'c'.repeat(256) }],
    ['long correlation id', { ...good, correlationId: 'c'.repeat(257) }],
    ['time', { ...good, notAfter: '2026-11-26T00:00:00+08:00' }],
    ['no time', { ...good, notAfter: '2026-11-26' }],
    ['dry run', { ...good, dryRun: true }],
    ['no dry run', { ...good, dryRun: false }],
    ['a detach', { ...good, action: 'detach', revokeGrant: true }],
    ['another action', { ...good, action: 'Attach' }],
    ['zones', { ...good, zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-1' }] }],
    ['no zones', { ...good, zoneMappings: [] }],
    ['half a zone', { ...good, zoneMappings: [{ zoneId: 'cn-hangzhou-h' }] }],
    ['more than a zone', { ...good, zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-1', x: 1 }] }],
    ['a zone with a space', { ...good, zoneMappings: [{ zoneId: 'cn-h h', vSwitchId: 'vsw-1' }] }],
    ['the system table', { ...good, associationRouteTableId: 'default', propagationRouteTableIds: 'none' }],
    ['tables', { ...good, associationRouteTableId: 'vtb-1', propagationRouteTableIds: ['vtb-1', 'vtb-2'] }],
    ['a table twice', { ...good, propagationRouteTableIds: ['vtb-1', 'vtb-1'] }],
    ['no tables', { ...good, propagationRouteTableIds: [] }],
    ['a word in a list', { ...good, propagationRouteTableIds: ['none'] }],
    ['a word for routes', { ...good, vpcRoutes: 'published' }],
    ['routes', { ...good, vpcRoutes: ['10.0.0.0/8', '172.16.0.0/12'] }],
    ['a route of version 6', { ...good, vpcRoutes: ['fd00::/8'] }],
    ['51 routes', { ...good, vpcRoutes: Array.from({ length: 51 }, (_, index) => `10.${index}.0.0/16`) }],
  ])('schema and parser agree on a request: %s', (_name, value) => {
    expect(reads(value)).toBe(isRequest(value))
  })

  it('the SQS event carries a request', () => {
    const [record] = json('examples/sqs-event.json').Records
    const message = fromLambdaRecord(record, SENT_AT)
    expect(message).toMatchObject({ receiveCount: 1, sentAtMs: SENT_AT, senderId: 'AROAEXAMPLEID:vending' })
    expect(parseRequest(message?.body ?? '', { sentAtMs: SENT_AT, ttlMs: 1_000 })).toMatchObject({ ok: true })
  })
})

describe('the onboarding example', () => {
  const reading = readRows(text('onboarding.example.csv'))
  const plan = planCampaign(reading.rows, { nowMs: SENT_AT, ttlMs: 1_000 })
  const rows = plan.ok ? plan.rows.map(({ request: { attachment } }) => attachment) : []
  const kinds = (pick: (row: (typeof rows)[number]) => unknown) => new Set(rows.map(pick)).size

  it('has at least 60 good rows over 3 CENs, 4 regions, 5 owners and all types', () => {
    expect(plan.ok).toBe(true)
    expect(rows.length).toBeGreaterThanOrEqual(60)
    expect(kinds((row) => row.cenId)).toBe(3)
    expect(kinds((row) => row.childInstanceRegionId)).toBeGreaterThanOrEqual(4)
    expect(kinds((row) => row.childInstanceOwnerId)).toBeGreaterThanOrEqual(5)
    expect(kinds((row) => row.childInstanceType)).toBe(3)
  })

  it('has both editions, a region without a router, and rows that name zones and routes', () => {
    const world = readWorldFile(text('onboarding.world.json'))
    const regions = world.ok ? world.world.editions.regions : {}
    expect([...new Set(Object.values(regions ?? {}))].sort()).toEqual(['Basic', 'None'])
    const options = plan.ok ? plan.rows.map(({ request }) => request.options ?? {}) : []
    expect(new Set(options.flatMap(Object.keys))).toEqual(new Set(['zoneMappings', 'vpcRoutes']))
    expect(rows.filter((row) => !(row.childInstanceRegionId in (regions ?? {}))).length).toBeGreaterThan(20)
  })

  it('has its trouble in a world file that can be read, with three careless messages', () => {
    const world = readWorldFile(text('onboarding.world.json'))
    expect(world.ok && world.world.messages).toHaveLength(3)
  })
})
