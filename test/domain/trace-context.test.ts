/** How the trace context of a message is read and passed on. */
import { describe, expect, it } from 'vitest'
import { fromLambdaRecord, fromSdkMessage } from '../../lib/aws/sqs-message.js'
import { parseRequest } from '../../lib/domain/messages/request.js'
import { readTraceContext, type TraceContext, toTraceparent } from '../../lib/domain/trace-context.js'
import type { Observer, SpanStart } from '../../lib/telemetry/observer.js'
import { createSim, request } from '../support/sim/sim.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const PARENT = `00-${TRACE}-${SPAN}-01`
const CONTEXT: TraceContext = { traceId: TRACE, spanId: SPAN, flags: 1 }

describe('a traceparent', () => {
  it('is read and written unchanged', () => {
    expect(readTraceContext(PARENT)).toEqual(CONTEXT)
    expect(toTraceparent(CONTEXT)).toBe(PARENT)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no text', 7],
    ['an object that is no text', { toString: 7, valueOf: 7 }],
    ['a list that contains one', [PARENT]],
    ['capitals', PARENT.toUpperCase()],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 00 has', `${PARENT}-x`],
    ['too short an id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a line end', `${PARENT}\n`],
  ])('is not read from %s', (_name, text) => {
    expect(readTraceContext(text)).toBeUndefined()
  })

  it('of a later version is read as this version', () => {
    expect(readTraceContext(`01-${TRACE}-${SPAN}-01-what-comes`)).toEqual(CONTEXT)
  })

  it.each<[string, string | undefined, string | undefined]>([
    ['a list', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['a tenant', 'fw529a3039@dt=1', 'fw529a3039@dt=1'],
    ['no list', 'whatever', undefined],
    ['a line end', 'a=1\nb=2', undefined],
    ['too much', `a=${'x'.repeat(600)}`, undefined],
    ['too many', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(','), undefined],
  ])('keeps a valid tracestate only: %s', (_name, text, state) => {
    expect(readTraceContext(PARENT, text)).toEqual({ ...CONTEXT, ...(state !== undefined && { state }) })
  })
})

describe('a message carries its trace context', () => {
  const parse = (body: object) => parseRequest(JSON.stringify(body), { sentAtMs: 0, ttlMs: 1_000 })
  const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
  const event = { specversion: '1.0', id: '1', source: 's', type: 't', traceparent: PARENT, data: fields }

  it('or none, if its envelope has an object instead of the text', () => {
    const traceparent = { toString: null, valueOf: null }
    expect(parse({ ...event, traceparent })).toMatchObject({ ok: true, request: { attachment: fields } })
    expect(parse({ ...event, traceparent }).trace).toBeUndefined()
    const MessageAttributes = { traceparent: { Type: 'String', Value: traceparent } }
    const notification = { Type: 'Notification', Message: JSON.stringify(fields), MessageAttributes }
    expect(parse(notification)).toMatchObject({ ok: true, request: { attachment: fields } })
  })

  it('in message attributes, as the SDK and as Lambda spell them', () => {
    const attributes = { traceparent: PARENT, tracestate: 'a=1' }
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    )
    const messageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: 'String' as const, stringValue }]),
    )
    const expected = { ...CONTEXT, state: 'a=1' }
    expect(fromSdkMessage({ MessageAttributes }, undefined, 0).trace).toEqual(expected)
    expect(fromLambdaRecord({ messageId: 'm', messageAttributes }, 0)?.trace).toEqual(expected)
  })

  it.each<[string, TraceContext | undefined]>([
    [`Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Parent=${SPAN};Sampled=1`, CONTEXT],
    [`Sampled=1; Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}; Parent=${SPAN}; Lineage=1:x:0`, CONTEXT],
    [`Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Parent=${SPAN};Sampled=0`, undefined],
    [`Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`, undefined],
    ['Root=none', undefined],
  ])('in the X-Ray header: %s', (AWSTraceHeader, expected) => {
    const record = { messageId: 'm', attributes: { AWSTraceHeader } as never }
    expect(fromLambdaRecord(record, 0)?.queueTrace).toEqual(expected)
  })

  it.each<[string, object]>([
    ['a CloudEvent', event],
    ['an EventBridge event that carries a CloudEvent', { 'detail-type': 'x', detail: event }],
    [
      'a notification of a topic that does not deliver raw',
      {
        Type: 'Notification',
        Message: JSON.stringify(fields),
        MessageAttributes: { traceparent: { Type: 'String', Value: PARENT } },
      },
    ],
  ])('in its envelope: %s', (_name, body) => {
    expect(parse(body)).toMatchObject({ ok: true, trace: CONTEXT })
  })

  it('in its envelope, even if the request in it is invalid', () => {
    expect(parse({ ...event, data: {} })).toMatchObject({ ok: false, trace: CONTEXT })
  })
})

/** Spans in memory. */
function createFakeTracer() {
  const spans: (SpanStart & { spanId: string; facts?: object })[] = []
  const observer: Pick<Observer, 'span'> = {
    span(start) {
      const spanId = String(spans.length + 1).padStart(16, '0')
      const span: (typeof spans)[number] = { ...start, spanId }
      spans.push(span)
      const { traceId = 'f'.repeat(32) } = start.parent ?? {}
      return {
        context: { traceId, spanId, flags: 1 },
        end(_endedMs, facts) {
          span.facts = facts
        },
      }
    },
  }
  return { observer, spans }
}

describe('a trace', () => {
  const send = (sim: ReturnType<typeof createSim>) => sim.queue.send(request(), { trace: { ...CONTEXT, state: 'a=1' } })

  it('is passed on to the result unchanged if nothing is traced', async () => {
    const sim = createSim()
    send(sim)
    sim.queue.send(request())
    await sim.run()
    expect(sim.results.map(({ traceparent, tracestate }) => [traceparent, tracestate])).toEqual([
      [PARENT, 'a=1'],
      [undefined, undefined],
    ])
    expect(sim.deliveries.map(({ traceId }) => traceId)).toEqual([TRACE, undefined])
  })

  it('continues with the delivery, has its calls below it, and continues with the result', async () => {
    const { observer, spans } = createFakeTracer()
    const sim = createSim({ observer })
    send(sim)
    await sim.run()
    const [delivery, ...calls] = spans
    expect(delivery).toMatchObject({ kind: 'delivery', parent: { traceId: TRACE, spanId: SPAN } })
    expect(delivery?.facts).toMatchObject({ action: 'complete', outcome: 'attached' })
    expect(calls.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'call ListTransitRouters',
      'call AttachCenChildInstance',
      'call DescribeCenAttachedChildInstanceAttribute',
    ])
    for (const { parent, facts } of calls) {
      expect(parent).toMatchObject({ traceId: TRACE, spanId: delivery?.spanId })
      expect(facts).toBeDefined()
    }
    expect(sim.results[0]?.traceparent).toBe(`00-${TRACE}-${delivery?.spanId}-01`)
  })

  it('continues that of the sender, and that of the queue only if the sender has none', async () => {
    const queueTrace = { ...CONTEXT, traceId: 'a'.repeat(32) }
    const own = { ...CONTEXT, traceId: 'b'.repeat(32) }
    const event = { specversion: '1.0', traceparent: PARENT, data: JSON.parse(request()) }
    const sim = createSim()
    sim.queue.send(request(), { queueTrace })
    sim.queue.send(JSON.stringify(event), { queueTrace })
    sim.queue.send(JSON.stringify({ ...event, data: JSON.parse(request()) }), { queueTrace, trace: own })
    await sim.run()
    expect(sim.deliveries.map(({ traceId }) => traceId).sort()).toEqual([TRACE, queueTrace.traceId, own.traceId])
  })

  it('begins with the delivery if the message carries none', async () => {
    const { observer, spans } = createFakeTracer()
    const sim = createSim({ observer })
    sim.queue.send('no request')
    await sim.run()
    expect(spans.map(({ parent }) => parent)).toEqual([undefined])
    expect(sim.results[0]?.traceparent).toBe(`00-${'f'.repeat(32)}-${spans[0]?.spanId}-01`)
  })

  it('is no part of the id of a result', async () => {
    const body = request()
    const ids = []
    for (const facts of [{}, { trace: CONTEXT }]) {
      const sim = createSim()
      sim.queue.send(body, facts)
      await sim.run()
      ids.push(sim.results[0]?.id)
    }
    expect(ids[0]).toBe(ids[1])
  })
})
